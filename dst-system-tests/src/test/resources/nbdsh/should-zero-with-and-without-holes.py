h = connect()
data = os.urandom(1 << 20)
for flags in 0, nbd.CMD_FLAG_NO_HOLE, nbd.CMD_FLAG_FAST_ZERO:
    h.pwrite(data, 0)
    h.zero(65536, 65536, flags)
    assert h.pread(1 << 20, 0) == data[:65536] + bytes(65536) + data[131072:], flags
h.pwrite(data, 0)
h.zero(1001, 3)
assert h.pread(2000, 0) == data[:3] + bytes(1001) + data[1004:2000]
