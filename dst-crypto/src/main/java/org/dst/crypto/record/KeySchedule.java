package org.dst.crypto.record;

import java.util.Arrays;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;

/**
 * The key schedule of one direction of a link, as specified in docs/protocol.md. Each epoch covers
 * 1024 frames. Its secret is derived from the previous epoch's, which is then wiped, so a leaked
 * secret reveals nothing that was sent before. 1024 frames of 32 MiB are 32 GiB, half of AES-GCM's
 * limit. Event loop only.
 */
final class KeySchedule {
  /** Frames per epoch, as a power of two. */
  static final int EPOCH_BITS = 10;

  /** Frames per epoch. */
  static final int EPOCH_FRAMES = 1 << EPOCH_BITS;

  /** Length of an epoch's secret, in bytes. */
  static final int SECRET = 32;

  private final AeadCipher cipher;
  private byte[] secret;
  private EpochKeys current;

  /** Starts from the secret that the handshake produced for this direction; copies it. */
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

  /** The keys for a frame number; numbers must be passed in order. */
  EpochKeys at(long frame) {
    long epoch = frame >>> EPOCH_BITS;
    if (epoch != current.epoch()) {
      assert epoch == current.epoch() + 1 : "an epoch was skipped";
      byte[] next = HkdfExpand.expand(secret, "dst 1 next", SECRET);
      Arrays.fill(secret, (byte) 0);
      secret = next;
      current.retire();
      current = keys(epoch);
    }
    return current;
  }

  /** Wipes the secret, and the keys once no crypto thread uses them any more. Call once. */
  void close() {
    Arrays.fill(secret, (byte) 0);
    current.retire();
  }
}
