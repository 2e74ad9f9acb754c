"""The peers of DST. A new peer is a new class and a line in PEERS.

Each leaves TCP_NODELAY, buffers, threads and ciphers as its programs have them by default.
"""

import os
import subprocess

from .chains import Chain, OnLoopDevice
from .process import await_tcp, await_unix, free_port

IDENTITY = "bench"


class Nbdkit1(Chain):
    """One hop: nbdkit's file plugin, reached by TCP. No chain of two can be faster."""

    programs = ("nbdkit",)

    def start(self):
        port = self.serve_file()
        self.uri = "nbd://127.0.0.1:%d" % port

    def serve_file(self, *options):
        port = free_port()
        server = self.run(
            "nbdkit", "-f", "-i", "127.0.0.1", "-p", str(port), *options, "file", self.file
        )
        await_tcp(server, port)
        return port


class Nbdkit2(Nbdkit1):
    """Two hops, plain: nbdkit's nbd plugin on a Unix socket, TCP, nbdkit's file plugin."""

    def start(self):
        self.connect(self.serve_file())

    def connect(self, port, *parameters):
        client = self.run(
            "nbdkit",
            "-f",
            "-U",
            self.socket,
            "nbd",
            "hostname=127.0.0.1",
            "port=%d" % port,
            *parameters,
        )
        await_unix(client, self.socket)
        self.uri = "nbd+unix:///?socket=" + self.socket


class QemuNbdDirect(OnLoopDevice, Nbdkit2):
    """Two hops, plain, direct I/O: nbdkit's nbd plugin, TCP, qemu-nbd without a cache on a device."""

    programs = ("nbdkit", "qemu-nbd", *OnLoopDevice.programs)

    def serve_file(self):
        port = free_port()
        server = self.run(
            *("qemu-nbd", "--persistent", "--shared=0", "-b", "127.0.0.1", "-p", str(port)),
            *("--cache=none", "--aio=native", "-f", "raw", self.store()),
        )
        await_tcp(server, port)
        return port


class NbdkitTls(Nbdkit2):
    """The same with TLS between the two, which the file's side demands."""

    programs = ("nbdkit", "psktool")

    def start(self):
        secrets = make_secrets(self.directory)
        port = self.serve_file("--tls=require", "--tls-psk=" + secrets)
        self.connect(port, "tls=require", "tls-psk=" + secrets, "tls-username=" + IDENTITY)


class Stunnel(Chain):
    """stunnel's client on a Unix socket, TLS 1.3, stunnel's server, Unix socket, nbd-server."""

    programs = ("stunnel", "nbd-server", "psktool")

    def start(self):
        inner = os.path.join(self.directory, "server.sock")
        export = "[generic]\nunixsock = %s\n[disk]\nexportname = %s\n" % (inner, self.file)
        pid_file = os.path.join(self.directory, "nbd-server.pid")
        # With -d it stays in the foreground, but then serves one connection and ends.
        server = self.run_daemon(
            pid_file, "nbd-server", "-C", self.write("nbd-server.conf", export), "-p", pid_file
        )
        await_unix(server, inner)
        secrets = make_secrets(self.directory)
        port = free_port()
        outer = self.tunnel("server", "127.0.0.1:%d" % port, inner, secrets)
        await_tcp(outer, port)
        client = self.tunnel("client", self.socket, "127.0.0.1:%d" % port, secrets)
        await_unix(client, self.socket)
        self.uri = "nbd+unix:///disk?socket=" + self.socket

    def tunnel(self, side, accept, connect, secrets):
        lines = [
            "foreground = yes",
            "pid =",
            "debug = notice",
            "[nbd]",
            "client = " + ("yes" if side == "client" else "no"),
            "accept = " + accept,
            "connect = " + connect,
            "sslVersion = TLSv1.3",
            "ciphers = PSK",
            "PSKsecrets = " + secrets,
        ]
        return self.run("stunnel", self.write(side + ".conf", "\n".join(lines) + "\n"))


class QemuNbdTls(Chain):
    """qemu-nbd's nbd driver on a Unix socket, TLS over TCP, qemu-nbd on the file."""

    programs = ("qemu-nbd", "psktool")

    def start(self):
        make_secrets(self.directory)
        port = free_port()
        at = ("-b", "127.0.0.1", "-p", str(port))
        server = self.serve("server", *at, "--tls-creds", "tls", "-f", "raw", self.file)
        await_tcp(server, port)
        remote = (
            "driver=raw,file.driver=nbd,file.tls-creds=tls,file.server.type=inet,"
            "file.server.host=127.0.0.1,file.server.port=%d" % port
        )
        client = self.serve("client", "-k", self.socket, "--image-opts", remote)
        await_unix(client, self.socket)
        self.uri = "nbd+unix:///?socket=" + self.socket

    def serve(self, endpoint, *options):
        credentials = "tls-creds-psk,id=tls,dir=%s,endpoint=%s" % (self.directory, endpoint)
        if endpoint == "client":
            credentials += ",username=" + IDENTITY
        return self.run(
            "qemu-nbd", "--persistent", "--shared=0", "--object", credentials, *options
        )


def make_secrets(directory):
    """Makes a file with a pre-shared key of 256 bits; qemu looks for it by this name."""
    path = os.path.join(directory, "keys.psk")
    subprocess.run(
        ["psktool", "-u", IDENTITY, "-p", path],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    os.chmod(path, 0o600)
    return path


PEERS = {
    "nbdkit2": Nbdkit2,
    "nbdkit1": Nbdkit1,
    "nbdkit-tls": NbdkitTls,
    "stunnel": Stunnel,
    "qemu-nbd-tls": QemuNbdTls,
    "qemu-nbd-direct": QemuNbdDirect,
}
