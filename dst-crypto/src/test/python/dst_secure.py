#!/usr/bin/python3
"""A second implementation of DST's handshake and records, to hold the Java one against.

Written from the Noise specification (revision 34) and docs/protocol.md only, on Python's standard
library and the module `cryptography` (Debian: python3-cryptography). Commands:

    dst_secure.py handshakes   both handshakes with fixed keys, as `name = hex` lines
    dst_secure.py records      sealed records at chosen frame numbers, as `name = hex` lines
    dst_secure.py respond PATTERN KEY PROLOGUE
    dst_secure.py initiate PATTERN KEY PROLOGUE [REMOTE]
                               one side of a live handshake with fresh keys: Noise messages as hex
                               lines on standard input and output, then the two secrets and the
                               handshake hash on one line; everything is hex
"""

import hashlib
import hmac
import os
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PATTERNS = {
    "NNpsk0": ([], [["psk", "e"], ["e", "ee"]]),
    "IK": (["s"], [["e", "es", "s", "ss"], ["e", "ee", "se"]]),
}


def public_of(private):
    key = X25519PrivateKey.from_private_bytes(private).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def dh(private, public):
    return X25519PrivateKey.from_private_bytes(private).exchange(
        X25519PublicKey.from_public_bytes(public))


class Party:
    """One side: the state objects of the specification's section 5 in one class."""

    def __init__(self, pattern, initiator, prologue, e, s=None, rs=None, psk=None):
        self.pre, self.messages = PATTERNS[pattern]
        self.with_psk = pattern.endswith("psk0")
        self.initiator, self.e, self.s, self.rs, self.re, self.psk = initiator, e, s, rs, None, psk
        name = ("Noise_%s_25519_AESGCM_SHA256" % pattern).encode()
        self.h = name.ljust(32, b"\0") if len(name) <= 32 else hashlib.sha256(name).digest()
        self.ck, self.k, self.n = self.h, None, 0
        self.mix_hash(prologue)
        for _ in self.pre:
            self.mix_hash(rs if initiator else public_of(s))

    def mix_hash(self, data):
        self.h = hashlib.sha256(self.h + data).digest()

    def hkdf(self, material, count):
        temp = hmac.new(self.ck, material, "sha256").digest()
        outputs, last = [], b""
        for i in range(1, count + 1):
            last = hmac.new(temp, last + bytes([i]), "sha256").digest()
            outputs.append(last)
        return outputs

    def mix_key(self, material):
        self.ck, self.k = self.hkdf(material, 2)
        self.n = 0

    def mix_key_and_hash(self, material):
        self.ck, temp, self.k = self.hkdf(material, 3)
        self.n = 0
        self.mix_hash(temp)

    def nonce(self):
        self.n += 1
        return bytes(4) + struct.pack(">Q", self.n - 1)

    def encrypt_and_hash(self, plain):
        sealed = AESGCM(self.k).encrypt(self.nonce(), plain, self.h) if self.k else plain
        self.mix_hash(sealed)
        return sealed

    def decrypt_and_hash(self, sealed):
        plain = AESGCM(self.k).decrypt(self.nonce(), sealed, self.h) if self.k else sealed
        self.mix_hash(sealed)
        return plain

    def mix_dh(self, token):
        mine, other = (token[0], token[1]) if self.initiator else (token[1], token[0])
        private = self.e if mine == "e" else self.s
        self.mix_key(dh(private, self.re if other == "e" else self.rs))

    def write(self, payload=b""):
        out = b""
        for token in self.take():
            if token == "e":
                public = public_of(self.e)
                out += public
                self.mix_hash(public)
                if self.with_psk:
                    self.mix_key(public)
            elif token == "s":
                out += self.encrypt_and_hash(public_of(self.s))
            elif token == "psk":
                self.mix_key_and_hash(self.psk)
            else:
                self.mix_dh(token)
        return out + self.encrypt_and_hash(payload)

    def read(self, message):
        for token in self.take():
            if token == "e":
                self.re, message = message[:32], message[32:]
                self.mix_hash(self.re)
                if self.with_psk:
                    self.mix_key(self.re)
            elif token == "s":
                length = 32 + (16 if self.k else 0)
                self.rs, message = self.decrypt_and_hash(message[:length]), message[length:]
            elif token == "psk":
                self.mix_key_and_hash(self.psk)
            else:
                self.mix_dh(token)
        return self.decrypt_and_hash(message)

    def take(self):
        tokens, self.messages = self.messages[0], self.messages[1:]
        return tokens

    def split(self):
        return self.hkdf(b"", 2)


def expand(secret, info, length):
    return HKDFExpand(algorithm=SHA256(), length=length, info=info).derive(secret)


CIPHERS = {"aes-256-gcm": (AESGCM, 32), "chacha20-poly1305": (ChaCha20Poly1305, 32)}


def key_and_iv(secret, cipher, frame):
    """The key and the nonce's base of frame number `frame` (docs/protocol.md, records)."""
    for _ in range(frame >> 10):
        secret = expand(secret, b"dst 1 next", 32)
    name = cipher.encode()
    return (expand(secret, b"dst 1 key " + name, CIPHERS[cipher][1]),
            expand(secret, b"dst 1 iv " + name, 12))


def nonce_of(iv, frame):
    counter = bytes(4) + struct.pack(">Q", frame)
    return bytes(a ^ b for a, b in zip(iv, counter))


def seal(secret, cipher, frame, plain):
    key, iv = key_and_iv(secret, cipher, frame)
    length = struct.pack(">I", len(plain) + 16)
    return length + CIPHERS[cipher][0](key).encrypt(nonce_of(iv, frame), plain, length)


def open_record(secret, cipher, frame, record):
    key, iv = key_and_iv(secret, cipher, frame)
    return CIPHERS[cipher][0](key).decrypt(nonce_of(iv, frame), record[4:], record[:4])


def pattern_bytes(start, count):
    return bytes((start + i) & 0xFF for i in range(count))


def show(name, value):
    print("%s = %s" % (name, value.hex() if isinstance(value, bytes) else value))


def handshakes():
    prologue = b"client opening" + b"server opening"
    psk, e_i, e_r = pattern_bytes(0x20, 32), pattern_bytes(0x40, 32), pattern_bytes(0x60, 32)
    s_i, s_r = pattern_bytes(0x80, 32), pattern_bytes(0xA0, 32)
    for pattern, initiator, responder in (
            ("NNpsk0", {"psk": psk}, {"psk": psk}),
            ("IK", {"s": s_i, "rs": public_of(s_r)}, {"s": s_r})):
        i = Party(pattern, True, prologue, e_i, **initiator)
        r = Party(pattern, False, prologue, e_r, **responder)
        show("pattern", pattern)
        show("prologue", prologue)
        show("initiator-ephemeral", e_i)
        show("responder-ephemeral", e_r)
        if pattern == "IK":
            show("initiator-static", s_i)
            show("responder-static", s_r)
            show("responder-public", public_of(s_r))
        else:
            show("psk", psk)
        first = i.write()
        assert r.read(first) == b""
        second = r.write()
        assert i.read(second) == b""
        assert i.h == r.h and i.split() == r.split()
        show("message-1", first)
        show("message-2", second)
        show("handshake-hash", i.h)
        show("client-to-server", i.split()[0])
        show("server-to-client", i.split()[1])
        print()


def records():
    print("# Made by dst-crypto/src/test/python/dst_secure.py: sealed records at chosen frame numbers.")
    print("# secret: the Noise secret of the direction (S_0). key, iv: those of the frame's epoch.")
    print("# record: u32 length, then the sealed frame and its tag, as on the wire.")
    for cipher in ("aes-256-gcm", "chacha20-poly1305"):
        for frame in (0, 1, 1023, 1024, 2048):
            secret = pattern_bytes(0x01, 32)
            plain = pattern_bytes(frame & 0xFF, 48 + (0 if frame == 0 else 4 + frame % 100))
            key, iv = key_and_iv(secret, cipher, frame)
            record = seal(secret, cipher, frame, plain)
            assert open_record(secret, cipher, frame, record) == plain
            print()
            show("cipher", cipher)
            show("frame-number", str(frame))
            show("secret", secret)
            show("key", key)
            show("iv", iv)
            show("nonce", nonce_of(iv, frame))
            show("frame", plain)
            show("record", record)


def live(initiator, pattern, key, prologue, remote=None):
    """Talks Noise in hex lines; ends with exit code 3 if the other side cannot be believed."""
    fresh = os.urandom(32)
    secret = bytes.fromhex(key)
    keys = {"psk": secret} if pattern == "NNpsk0" else {"s": secret}
    if remote:
        keys["rs"] = bytes.fromhex(remote)
    party = Party(pattern, initiator, bytes.fromhex(prologue), fresh, **keys)
    try:
        if initiator:
            print(party.write().hex(), flush=True)
            party.read(bytes.fromhex(sys.stdin.readline().strip()))
        else:
            party.read(bytes.fromhex(sys.stdin.readline().strip()))
            print(party.write().hex(), flush=True)
    except InvalidTag:
        print("the tag is wrong", flush=True)
        sys.exit(3)
    print(" ".join(value.hex() for value in party.split() + [party.h]), flush=True)


def main(arguments):
    command = arguments[0] if arguments else ""
    if command == "handshakes":
        handshakes()
    elif command == "records":
        records()
    elif command in ("initiate", "respond"):
        live(command == "initiate", *arguments[1:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
