h = connect(strict=False)
BEYOND = (SIZE, 1), (SIZE - 1, 2), (SIZE + 4096, 4096), (1 << 62, 512), ((1 << 63) - 1, 1), ((1 << 64) - 1, 1)
for offset, count in BEYOND:
    refused(errno.EINVAL, h.pread, count, offset)
    refused(errno.ENOSPC, h.pwrite, bytes(count), offset)
    refused(errno.ENOSPC, h.zero, count, offset)
    refused(errno.EINVAL, h.trim, count, offset)
    refused(errno.EINVAL, h.cache, count, offset)
    refused(errno.EINVAL, extents, h, count, offset)
assert h.pread(1, SIZE - 1) is not None
