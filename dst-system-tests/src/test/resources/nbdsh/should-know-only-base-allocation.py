h = nbd.NBD()
h.add_meta_context("x-no:such-context")
h.connect_uri(uri)
assert not h.can_meta_context("x-no:such-context")
h.set_strict_mode(0)
refused(errno.EINVAL, extents, h, 4096, 0)
assert h.pread(512, 0) is not None
