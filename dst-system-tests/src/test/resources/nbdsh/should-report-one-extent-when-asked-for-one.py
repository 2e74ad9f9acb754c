h = connect()
h.trim(SIZE, 0)
h.pwrite(b"x" * 65536, 65536)
assert extents(h, SIZE, 0, nbd.CMD_FLAG_REQ_ONE) == [(65536, 3)]
assert extents(h, SIZE - 65536, 65536, nbd.CMD_FLAG_REQ_ONE) == [(65536, 0)]
assert extents(h, 100, 65536 + 50, nbd.CMD_FLAG_REQ_ONE) == [(100, 0)]
assert sum(length for length, kind in extents(h, SIZE, 0)) >= 131072
h.trim(65536, 65536)
