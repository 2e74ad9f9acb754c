"""Processes that a benchmark starts, each in its own process group, and stops by that group."""

import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time

START_SECONDS = 300  # a launcher may have to build its clone first
STOP_SECONDS = 10


class Process:
    """A server program. Its errors go to a file that is shown if it does not start."""

    def __init__(self, command, ready=None, environment=None):
        """Starts it; with ready, a pattern, waits for a matching line on standard output.

        environment is added to this process's own.
        """
        self.begun = time.monotonic()
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if ready else subprocess.DEVNULL,
            stderr=self.errors,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        self.command = command
        self.match = None
        if ready:
            try:
                self.match = self._await(re.compile(ready))
            except BaseException:
                self.stop()
                raise
        self.seconds_to_ready = time.monotonic() - self.begun

    def _await(self, pattern):
        end = self.begun + START_SECONDS
        text = b""
        out = self.process.stdout.fileno()
        while time.monotonic() < end:
            if not select.select([out], [], [], 0.5)[0]:
                continue
            piece = os.read(out, 65536)
            if not piece:
                break
            text += piece
            for line in text.decode(errors="replace").splitlines():
                match = pattern.search(line)
                if match:
                    return match
        raise RuntimeError("not ready: %s\n%s%s" % (" ".join(self.command), text.decode(), self.said()))

    def said(self):
        """What it has written to standard error."""
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def check(self):
        """Raises if it has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(
                "ended with %d: %s\n%s" % (self.process.returncode, " ".join(self.command), self.said())
            )

    def pid(self):
        """The process that does the work: the launcher itself, or its last descendant."""
        pid = self.process.pid
        while True:
            with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
                pids = children.read().split()
            if not pids:
                return pid
            pid = int(pids[-1])

    def processor_seconds(self):
        """CPU time so far of the process that does the work."""
        return processor_seconds(self.pid())

    def memory(self):
        """Resident bytes now, and the peak so far."""
        with open("/proc/%d/status" % self.pid()) as status:
            fields = dict(line.split(":", 1) for line in status)
        return [int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")]

    def stop(self):
        """Stops its process group."""
        for number in signal.SIGTERM, signal.SIGKILL:
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(STOP_SECONDS)
                return
            except ProcessLookupError:
                self.process.wait(STOP_SECONDS)
                return
            except subprocess.TimeoutExpired:
                continue


class Daemon:
    """A server program that daemonizes and then leads its own process group.

    Tracked by a pidfd, which reports its end even if nobody reaps it and which, unlike a process id,
    never comes to refer to another process.
    """

    def __init__(self, command, pid_file):
        """Starts it and waits until it has written its process id to pid_file."""
        self.command = command
        self.errors = tempfile.TemporaryFile()
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self.errors,
            stderr=self.errors,
            timeout=STOP_SECONDS,
        )
        if done.returncode != 0:
            raise RuntimeError("ended with %d: %s" % (done.returncode, self._describe()))
        self.number = self._await(pid_file)
        self.descriptor = os.pidfd_open(self.number)

    def _await(self, pid_file):
        end = time.monotonic() + STOP_SECONDS
        while time.monotonic() < end:
            try:
                with open(pid_file) as file:
                    text = file.read()
                if text.endswith("\n"):
                    return int(text)
            except FileNotFoundError:
                pass
            time.sleep(0.02)
        raise RuntimeError("no process id in %s: %s" % (pid_file, self._describe()))

    def said(self):
        """What it wrote before it daemonized."""
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def ended(self, seconds=0):
        """Whether it ends within the given time."""
        return bool(select.select([self.descriptor], [], [], seconds)[0])

    def processor_seconds(self):
        """CPU time so far of the daemon, without its children."""
        return processor_seconds(self.number)

    def check(self):
        """Raises if it has ended."""
        if self.ended():
            raise RuntimeError("ended: " + self._describe())

    def _describe(self):
        return "%s\n%s" % (" ".join(self.command), self.said())

    def stop(self):
        """Stops its process group, if it leads one, else the process."""
        for number in signal.SIGTERM, signal.SIGKILL:
            if self.ended():
                break
            try:
                if os.getpgid(self.number) == self.number:
                    os.killpg(self.number, number)
                else:
                    signal.pidfd_send_signal(self.descriptor, number)
            except ProcessLookupError:
                break
            if self.ended(STOP_SECONDS):
                break
        os.close(self.descriptor)


def processor_seconds(pid):
    """User and system time of a process, including its terminated children (proc(5), stat)."""
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def free_port():
    """A free TCP port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_tcp(process, port):
    """Waits until the process listens on a loopback port."""
    _await_connect(process, socket.AF_INET, ("127.0.0.1", port))


def await_unix(process, path):
    """Waits until the process listens on a Unix socket."""
    _await_connect(process, socket.AF_UNIX, path)


def _await_connect(process, family, address):
    end = time.monotonic() + 20
    while True:
        process.check()
        try:
            with socket.socket(family) as probe:
                probe.connect(address)
            return
        except OSError:
            if time.monotonic() > end:
                process.stop()
                raise RuntimeError("nobody listens on %s: %s" % (address, process.said()))
            time.sleep(0.02)
