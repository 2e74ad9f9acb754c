for _ in range(50):
    h = connect()
    cookie = h.aio_pwrite(nbd.Buffer.from_bytearray(bytearray(b"x" * 65536)), 0)
    h.shutdown()
    assert h.aio_is_closed()
assert connect().pread(4, 0) is not None
