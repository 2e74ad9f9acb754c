h = connect()
assert h.can_fua()
data = os.urandom(8192)
h.pwrite(data, 0, nbd.CMD_FLAG_FUA)
assert h.pread(8192, 0) == data
h.zero(4096, 0, nbd.CMD_FLAG_FUA)
assert h.pread(8192, 0) == bytes(4096) + data[4096:]
h.trim(4096, 4096, nbd.CMD_FLAG_FUA)
assert h.pread(8192, 0) == bytes(8192)
h.zero(4096, 0, nbd.CMD_FLAG_FUA | nbd.CMD_FLAG_NO_HOLE)
