# The protocol leaves a length of zero open: whatever is answered, the connection lives.
h = connect(strict=False)
before = h.pread(4096, 0)
for call in (
    lambda: h.pread(0, 0),
    lambda: h.pwrite(b"", 0),
    lambda: h.zero(0, 0),
    lambda: h.trim(0, 0),
    lambda: h.cache(0, 0),
):
    try:
        call()
    except nbd.Error as error:
        assert error.errnum == errno.EINVAL, error
refused(errno.EINVAL, extents, h, 0, 0)
assert h.pread(4096, 0) == before
