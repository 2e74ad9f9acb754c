h = connect(strict=False)
before = h.pread(4096, 0)
for flags in 1 << 6, 1 << 9, 1 << 15, nbd.CMD_FLAG_NO_HOLE, nbd.CMD_FLAG_REQ_ONE, nbd.CMD_FLAG_FAST_ZERO:
    refused(errno.EINVAL, h.pwrite, bytes(4096), 0, flags)
for flags in 1 << 6, 1 << 15, nbd.CMD_FLAG_NO_HOLE, nbd.CMD_FLAG_FAST_ZERO:
    refused(errno.EINVAL, h.pread, 4096, 0, flags)
    refused(errno.EINVAL, h.flush, flags)
for flags in 1 << 6, nbd.CMD_FLAG_DF, nbd.CMD_FLAG_REQ_ONE:
    refused(errno.EINVAL, h.trim, 4096, 0, flags)
    refused(errno.EINVAL, h.zero, 4096, 0, flags)
refused(errno.EINVAL, extents, h, 4096, 0, nbd.CMD_FLAG_DF)
assert h.pread(4096, 0) == before
