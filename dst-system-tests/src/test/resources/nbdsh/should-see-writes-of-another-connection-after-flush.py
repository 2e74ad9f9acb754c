connections = [connect() for _ in range(8)]
assert all(h.can_multi_conn() for h in connections)
for i, h in enumerate(connections):
    h.pwrite(bytes([i + 1]) * 4096, i * 4096)
connections[0].flush()
expected = b"".join(bytes([i + 1]) * 4096 for i in range(8))
for h in connections:
    assert h.pread(32768, 0) == expected
