package org.dst.crypto.record;

import java.util.Arrays;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;

/**
 * The keys of one direction of a link, as docs/protocol.md gives them: epoch e serves 1024 frames,
 * its secret follows from that of the epoch before, which is wiped, so that who learns a secret
 * learns nothing of what was sent before. 1024 frames of 32 MiB are 32 GiB, half of AES-GCM's
 * limit. Event loop only.
 */
final class KeySchedule {
  /** Frames of an epoch, as a power of two. */
  static final int EPOCH_BITS = 10;

  /** Frames of an epoch. */
  static final int EPOCH_FRAMES = 1 << EPOCH_BITS;

  /** Bytes of an epoch's secret. */
  static final int SECRET = 32;

  private final AeadCipher cipher;
  private byte[] secret;
  private EpochKeys current;

  /** Begins with the secret that the handshake gave for this direction; makes a copy of it. */
  KeySchedule(byte[] secret, AeadCipher cipher) {
    if (secret.length != SECRET) {
      throw new IllegalArgumentException(
          "secret of %d bytes (expected: %d)".formatted(secret.length, SECRET));
    }
    this.cipher = cipher;
    this.secret = secret.clone();
    current = keys(0);
  }

  private EpochKeys keys(long epoch) {
    byte[] key = HkdfExpand.expand(secret, "dst 1 key " + cipher.name(), cipher.keyLength());
    byte[] iv = HkdfExpand.expand(secret, "dst 1 iv " + cipher.name(), Aead.NONCE);
    return new EpochKeys(epoch, cipher.key(key), iv);
  }

  /** The keys of a frame; frames come in order. */
  EpochKeys at(long frame) {
    long epoch = frame >>> EPOCH_BITS;
    if (epoch != current.epoch()) {
      assert epoch == current.epoch() + 1 : "an epoch was left out";
      byte[] next = HkdfExpand.expand(secret, "dst 1 next", SECRET);
      Arrays.fill(secret, (byte) 0);
      secret = next;
      current.retire();
      current = keys(epoch);
    }
    return current;
  }

  /** Forgets everything; keys that crypto threads still use, when they are done. Once. */
  void close() {
    Arrays.fill(secret, (byte) 0);
    current.retire();
  }
}
