"""A TCP proxy that can reset its connections."""

import socket
import struct
import threading

PIECE = 1 << 16


class Proxy:
    """Forwards connections to a loopback port until it is closed."""

    def __init__(self, port):
        self.target = port
        self.lock = threading.Lock()
        self.sockets = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return  # closed
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 5)
                server.settimeout(None)
                for one in client, server:
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                client.close()
                continue
            with self.lock:
                self.sockets |= {client, server}
            # From here on a reset may happen: only the threads touch the sockets.
            for pair in (client, server), (server, client):
                threading.Thread(target=self._relay, args=pair, daemon=True).start()

    def _relay(self, source, sink):
        try:
            while piece := source.recv(PIECE):
                sink.sendall(piece)
        except OSError:
            pass  # told to both sides below
        self._end(source)
        self._end(sink)

    def _end(self, one):
        with self.lock:
            if one not in self.sockets:
                return
            self.sockets.remove(one)
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads it
        except OSError:
            pass  # the peer was first
        one.close()

    def reset(self):
        """Resets all open connections."""
        with self.lock:
            now = list(self.sockets)
        for one in now:
            self._end(one)

    def close(self):
        """Closes the listener and all connections."""
        self.listener.close()
        self.reset()
