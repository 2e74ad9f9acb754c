h = connect(structured=False, strict=False)
assert not h.get_structured_replies_negotiated()
data = os.urandom(100000)
h.pwrite(data, 12345)
h.zero(1000, 12345)
assert h.pread(100000, 12345) == bytes(1000) + data[1000:]
refused(errno.EINVAL, h.pread, 4096, SIZE)
refused(errno.ENOSPC, h.pwrite, b"x", SIZE)
assert h.pread(1, SIZE - 1) is not None
