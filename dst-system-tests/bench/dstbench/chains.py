"""The chains of processes from an NBD client to a file: their base class, and DST's own chains.

A chain is a class whose start method starts its processes and sets the URI for clients.
"""

import os
import shlex
import shutil
import subprocess

from .process import START_SECONDS, Daemon, Process

CLONE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
FILL_PIECE = 4096
# program: its Debian package
PACKAGES = {
    "fio": "fio",
    "losetup": "mount",
    "nbd-server": "nbd-server",
    "nbdkit": "nbdkit",
    "psktool": "gnutls-bin",
    "qemu-nbd": "qemu-utils",
    "stunnel": "stunnel4",
}


def fsync(path):
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Chain:
    """A chain with its own file and directory."""

    programs = ()

    def __init__(self, name, directory):
        self.name = name
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory)
        self.file = os.path.join(self.directory, "disk.img")
        self.socket = os.path.join(self.directory, "nbd.sock")
        self.processes = []
        self.uri = None

    @classmethod
    def missing(cls):
        """The missing programs that this chain needs, with their packages."""
        needed = ("fio", *cls.programs)
        return [
            "%s (Debian package %s)" % (program, PACKAGES[program])
            for program in needed
            if not shutil.which(program)
        ]

    def write(self, name, text):
        """Writes a configuration file into the chain's directory; returns its path."""
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def fill(self, size):
        """Creates the file the same way for every chain: small writes, hence small page-cache folios.

        Random 4 KiB overwrites of a file that was filled by large writes take ten times as long.
        """
        data = memoryview(os.urandom(1 << 20))
        with open(self.file, "wb", buffering=0) as file:
            for offset in range(0, size, FILL_PIECE):
                at = offset % len(data)
                file.write(data[at : at + FILL_PIECE])
        self.settle()

    def store(self):
        """What the chain's server serves."""
        return self.file

    def settle(self):
        """Writes back the file's dirty pages, so that they do not slow down the next measurement."""
        fsync(self.file)

    def run(self, *command, ready=None):
        """Starts a process of this chain, which keeps its files in the chain's directory."""
        process = Process(
            list(command), ready, {"DST_STATE_DIR": os.path.join(self.directory, "state")}
        )
        self.processes.append(process)
        return process

    def run_daemon(self, pid_file, *command):
        """Starts a program that daemonizes and writes its process id to a file."""
        daemon = Daemon(list(command), pid_file)
        self.processes.append(daemon)
        return daemon

    def processor_seconds(self):
        """CPU time of all processes of the chain so far."""
        return sum(process.processor_seconds() for process in self.processes)

    def check(self):
        """Raises if a process has ended."""
        for process in self.processes:
            process.check()

    def stop(self):
        """Stops the processes, the client's side first."""
        for process in reversed(self.processes):
            process.stop()
        self.processes = []


class OnLoopDevice:
    """A mixin, before a chain in the bases: serves the file as a block device, which requires root."""

    programs = ("losetup",)
    device = None

    def start(self):
        command = ["losetup", "--find", "--show", self.file]
        done = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS)
        if done.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(command), done.stderr.strip()))
        self.device = done.stdout.strip()
        super().start()

    def store(self):
        return self.device

    def settle(self):
        if self.device:
            fsync(self.device)
        super().settle()

    def stop(self):
        super().stop()
        if self.device:
            subprocess.run(["losetup", "--detach", self.device], timeout=START_SECONDS, check=True)
            self.device = None


class Dst(Chain):
    """dstd on the file, TCP, dst attach, Unix socket; plain links, which are allowed on loopback."""

    def __init__(self, name, directory, clone=CLONE, export_options="", attach_options=""):
        super().__init__(name, directory)
        self.clone = clone
        self.export_options = shlex.split(export_options)
        self.attach_options = shlex.split(attach_options)

    def security(self):
        """The options of both sides that set the protection of the links."""
        return []

    def program(self, name):
        return os.path.join(self.clone, "bin", name)

    def start(self):
        security = self.security()
        server = self.run(
            self.program("dstd"),
            "export",
            "disk=" + self.store(),
            "--listen",
            "127.0.0.1:0",
            *security,
            *self.export_options,
            ready=r"^dstd: listening on (\S+:\d+)",
        )
        self.run(
            self.program("dst"),
            "attach",
            server.match.group(1) + "/disk",
            "--socket",
            self.socket,
            *security,
            *self.attach_options,
            ready=r"^dst: attached ",
        )
        self.uri = "nbd+unix:///?socket=" + self.socket


class DstSecure(Dst):
    """The same, secured by a shared key created for the run."""

    def security(self):
        key = os.path.join(self.directory, "shared.key")
        if not os.path.exists(key):
            command = [self.program("dst"), "keygen", key]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=START_SECONDS
            )
            if done.returncode != 0:
                raise RuntimeError("%s\n%s%s" % (" ".join(command), done.stdout, done.stderr))
        return ["--key-file", key]


class DstDirect(OnLoopDevice, Dst):
    """The same with plain links and direct I/O, on a loop device over the file."""

    def store(self):
        return super().store() + ",direct"


class DstLoop(OnLoopDevice, Dst):
    """The same through the loop device's page cache."""


NAMED = {"dst-direct": DstDirect, "dst-loop": DstLoop}
DSTS = "dst", "dst-plain", "dst-secure", *NAMED


def dst(name):
    """The class of a DST chain by its name: a name ending in -secure means a shared key."""
    return NAMED.get(name, DstSecure if name.endswith("-secure") else Dst)
