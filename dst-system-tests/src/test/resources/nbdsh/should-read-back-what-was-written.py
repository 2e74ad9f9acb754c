h = connect()
for offset, count in (0, 1), (511, 2), (4096, 4096), (SIZE - 3, 3), (1 << 20, 32 << 20):
    data = os.urandom(count)
    h.pwrite(data, offset)
    assert h.pread(count, offset) == data, (offset, count)
h.trim(32 << 20, 1 << 20)
