"""The ways from an NBD client to a file that are compared: DST and its peers.

A chain is a class with a start method that returns its processes and the URI that clients use. A
new peer is a new class and a line in PEERS.
"""

import os
import shlex

from .process import Process, await_tcp, await_unix, free_port

CLONE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
FILL_PIECE = 4096


class Chain:
    """A chain with a file and a directory of its own."""

    def __init__(self, name, directory):
        self.name = name
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory)
        self.file = os.path.join(self.directory, "disk.img")
        self.socket = os.path.join(self.directory, "nbd.sock")
        self.processes = []
        self.uri = None

    def fill(self, size):
        """Makes the file, the same way for every chain: small writes, so small page-cache folios.

        Random 4 KiB overwrites of a file that was filled by large writes take ten times as long.
        """
        data = memoryview(os.urandom(1 << 20))
        with open(self.file, "wb", buffering=0) as file:
            for offset in range(0, size, FILL_PIECE):
                at = offset % len(data)
                file.write(data[at : at + FILL_PIECE])
        self.settle()

    def settle(self):
        """Writes the file's dirty pages, so that nobody pays for them in the next measurement."""
        descriptor = os.open(self.file, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def run(self, *command, ready=None):
        """Starts a process of this chain; what it keeps, it keeps in the chain's directory."""
        process = Process(
            list(command), ready, {"DST_STATE_DIR": os.path.join(self.directory, "state")}
        )
        self.processes.append(process)
        return process

    def check(self):
        """Raises if a process has ended."""
        for process in self.processes:
            process.check()

    def stop(self):
        """Ends the processes, the client's side first."""
        for process in reversed(self.processes):
            process.stop()
        self.processes = []


class Dst(Chain):
    """dstd on the file, TCP, dst attach, Unix socket."""

    def __init__(self, name, directory, clone=CLONE, export_options="", attach_options=""):
        super().__init__(name, directory)
        self.clone = clone
        self.export_options = shlex.split(export_options)
        self.attach_options = shlex.split(attach_options)

    def start(self):
        server = self.run(
            os.path.join(self.clone, "bin", "dstd"),
            "export",
            "disk=" + self.file,
            "--listen",
            "127.0.0.1:0",
            *self.export_options,
            ready=r"^dstd: listening on (\S+:\d+)",
        )
        self.run(
            os.path.join(self.clone, "bin", "dst"),
            "attach",
            server.match.group(1) + "/disk",
            "--socket",
            self.socket,
            *self.attach_options,
            ready=r"^dst: attached ",
        )
        self.uri = "nbd+unix:///?socket=" + self.socket


class Nbdkit1(Chain):
    """One hop: nbdkit's file plugin, reached by TCP. No chain of two can be faster."""

    def start(self):
        port = self.serve_file()
        self.uri = "nbd://127.0.0.1:%d" % port

    def serve_file(self):
        port = free_port()
        server = self.run("nbdkit", "-f", "-i", "127.0.0.1", "-p", str(port), "file", self.file)
        await_tcp(server, port)
        return port


class Nbdkit2(Nbdkit1):
    """Two hops, plain: nbdkit's nbd plugin on a Unix socket, TCP, nbdkit's file plugin."""

    def start(self):
        port = self.serve_file()
        client = self.run(
            "nbdkit", "-f", "-U", self.socket, "nbd", "hostname=127.0.0.1", "port=%d" % port
        )
        await_unix(client, self.socket)
        self.uri = "nbd+unix:///?socket=" + self.socket


PEERS = {"nbdkit2": Nbdkit2, "nbdkit1": Nbdkit1}
