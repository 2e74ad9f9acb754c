"""An NBD client that writes, reads back and compares, and records how long it was kept waiting."""

import os
import random
import select
import socket
import struct
import threading
import time

BLOCK = 4096
DEPTH = 32
FLUSH_EVERY = 256
READS = 0.25
OPTION_GO = 7
READ, WRITE, DISCONNECT, FLUSH = range(4)
REPLY = 0x67446698
MARK = struct.Struct(">QQ")


class Writer(threading.Thread):
    """An NBD client that keeps requests in flight on one connection until it is stopped."""

    def __init__(self, path, seed):
        super().__init__(daemon=True)
        self.random = random.Random(seed)
        self.filler = os.urandom(BLOCK - MARK.size)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.size = self._negotiate()
        self.written = {}  # block: the number that its last write carried
        self.order = []  # the same blocks
        self.running = {}  # number: (command, block, since)
        self.number = 0
        self.worst = 0.0
        self.stopping = False
        self.failure = None

    def _take(self, count):
        data = bytearray()
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise RuntimeError("the disk's socket was closed")
            data += piece
        return bytes(data)

    def _negotiate(self):
        magic, option, _ = struct.unpack(">8s8sH", self._take(18))
        if magic != b"NBDMAGIC" or option != b"IHAVEOPT":
            raise RuntimeError("no NBD server")
        self.socket.sendall(struct.pack(">I8sIIIH", 3, option, OPTION_GO, 6, 0, 0))
        size = None
        while True:
            _, _, kind, length = struct.unpack(">QIII", self._take(20))
            data = self._take(length)
            if kind == 1:
                return size
            if kind >> 31:
                raise RuntimeError("refused: %s" % data.decode(errors="replace"))
            if kind == 3 and data[:2] == b"\0\0":
                size = struct.unpack(">Q", data[2:10])[0]

    def _submit(self, command, block):
        self.number += 1
        data = self._contents(block, self.number) if command == WRITE else b""
        length = 0 if command == FLUSH else BLOCK
        self.running[self.number] = command, block, time.monotonic()
        header = struct.pack(">IHHQQI", 0x25609513, 0, command, self.number, block * BLOCK, length)
        self.socket.sendall(header + data)

    def _contents(self, block, number):
        return MARK.pack(block, number) + self.filler

    def _submit_next(self):
        if self.number % FLUSH_EVERY == FLUSH_EVERY - 1:
            self._submit(FLUSH, 0)
            return
        busy = {block for command, block, _ in self.running.values() if command != FLUSH}
        while True:
            reading = self.order and self.random.random() < READS
            block = (
                self.random.choice(self.order)
                if reading
                else self.random.randrange(self.size // BLOCK)
            )
            if block not in busy:
                break
        self._submit(READ if reading else WRITE, block)

    def _complete(self):
        magic, error, number = struct.unpack(">IIQ", self._take(16))
        if magic != REPLY:
            raise RuntimeError("no reply: %x" % magic)
        command, block, since = self.running.pop(number)
        self.worst = max(self.worst, time.monotonic() - since)
        if error:
            raise RuntimeError("command %d at block %d failed with error %d" % (command, block, error))
        if command == WRITE:
            if block not in self.written:
                self.order.append(block)
            self.written[block] = number
        elif command == READ and self._take(BLOCK) != self._contents(block, self.written[block]):
            raise RuntimeError("block %d is not as it was written" % block)

    def run(self):
        try:
            while not self.stopping:
                while len(self.running) < DEPTH:
                    self._submit_next()
                self._complete()
                while select.select([self.socket], [], [], 0)[0]:
                    self._complete()
            self._verify()
        except (OSError, RuntimeError) as failed:
            self.failure = failed

    def _verify(self):
        while self.running:
            self._complete()
        for block in self.order:
            self._submit(READ, block)
            while len(self.running) >= DEPTH:
                self._complete()
        while self.running:
            self._complete()

    def oldest(self):
        """When the oldest request still in flight was sent."""
        return min((since for _, _, since in list(self.running.values())), default=time.monotonic())

    def check(self):
        """Raises if anything was wrong."""
        if self.failure:
            raise RuntimeError("the disk: %s" % self.failure)

    def stop(self):
        """Stops after reading back everything that was written; raises if anything was wrong."""
        self.stopping = True
        self.join(120)
        self.check()
        if self.is_alive():
            raise RuntimeError("the disk: what was written could not be read again in time")
        self.socket.close()
