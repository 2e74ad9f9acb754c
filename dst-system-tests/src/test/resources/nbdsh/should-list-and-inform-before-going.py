h = nbd.NBD()
h.set_opt_mode(True)
h.set_full_info(True)
h.connect_uri(uri)
assert h.get_protocol() == "newstyle-fixed"
names = []
h.opt_list(lambda name, description: names.append(name))
assert export in names, names
contexts = []
h.opt_list_meta_context(contexts.append)
assert contexts == ["base:allocation"], contexts
h.set_export_name(export)
h.opt_info()
assert h.get_size() == SIZE and not h.is_read_only()
assert h.get_canonical_export_name() == export
assert h.get_block_size(nbd.SIZE_MINIMUM) >= 1
assert h.get_block_size(nbd.SIZE_PREFERRED) >= 4096
assert h.get_block_size(nbd.SIZE_MAXIMUM) >= 1 << 20
h.opt_go()
assert h.pread(512, 0) is not None
