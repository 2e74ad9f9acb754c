h = connect()
pieces = [os.urandom(1000 + 37 * i) for i in range(200)]
cookies = [h.aio_pwrite(nbd.Buffer.from_bytearray(bytearray(p)), i * 65536) for i, p in enumerate(pieces)]
while cookies:
    cookies = [c for c in cookies if not h.aio_command_completed(c)]
    if cookies:
        h.poll(10000)
h.flush()
buffers = [nbd.Buffer(len(p)) for p in pieces]
cookies = [h.aio_pread(b, i * 65536) for i, b in enumerate(buffers)]
while cookies:
    cookies = [c for c in cookies if not h.aio_command_completed(c)]
    if cookies:
        h.poll(10000)
for i, piece in enumerate(pieces):
    assert buffers[i].to_bytearray() == piece, i
