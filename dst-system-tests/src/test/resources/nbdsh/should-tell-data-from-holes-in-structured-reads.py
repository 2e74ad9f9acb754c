h = connect()
h.trim(SIZE, 0)
piece = os.urandom(65536)
h.pwrite(piece, 65536)
data, found = chunks(h, 196608, 0)
assert data == bytes(65536) + piece + bytes(65536)
assert sum(length for offset, length, kind in found) == 196608, found
end = 0
for offset, length, kind in found:
    assert offset == end and kind in (nbd.READ_DATA, nbd.READ_HOLE), found
    end += length
h.trim(65536, 65536)
