h = connect()
assert h.can_cache() and h.can_flush()
h.pwrite(b"abc", 5)
h.flush()
h.cache(SIZE, 0)
h.cache(1, SIZE - 1)
assert h.pread(3, 5) == b"abc"
