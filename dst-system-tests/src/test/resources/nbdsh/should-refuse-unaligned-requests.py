h = connect(strict=False)
assert h.get_block_size(nbd.SIZE_MINIMUM) == 4096
for offset, count in (512, 4096), (4096, 512), (1, 1):
    refused(errno.EINVAL, h.pread, count, offset)
    refused(errno.EINVAL, h.pwrite, bytes(count), offset)
    refused(errno.EINVAL, h.zero, count, offset)
    refused(errno.EINVAL, h.trim, count, offset)
    refused(errno.EINVAL, h.cache, count, offset)
    refused(errno.EINVAL, extents, h, count, offset)
data = os.urandom(8192)
h.pwrite(data, 4096)
assert h.pread(8192, 4096) == data
