h = connect()
assert h.can_df()
h.trim(SIZE, 0)
h.pwrite(b"x" * 4096, 8192)
data, found = chunks(h, 65536, 0, nbd.CMD_FLAG_DF)
assert data == bytes(8192) + b"x" * 4096 + bytes(53248)
assert len(found) == 1, found
h.trim(4096, 8192)
