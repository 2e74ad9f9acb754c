package org.dst.crypto.record;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.dst.crypto.cipher.AeadKey;

/**
 * The key and nonce base of one epoch of {@link KeySchedule#EPOCH_FRAMES} frames. Immutable until
 * it is wiped, so crypto threads may share it. Reference-counted: the last user wipes it; the key
 * schedule is the first user.
 */
final class EpochKeys {
  private final long epoch;
  private final AeadKey key;
  private final byte[] iv;
  private final AtomicInteger users = new AtomicInteger(1);

  EpochKeys(long epoch, AeadKey key, byte[] iv) {
    this.epoch = epoch;
    this.key = key;
    this.iv = iv;
  }

  long epoch() {
    return epoch;
  }

  AeadKey key() {
    return key;
  }

  /**
   * Writes the nonce of a frame: the IV, its last 8 bytes XORed with the frame number (RFC 8446).
   */
  void nonce(long frame, byte[] into) {
    assert frame >>> KeySchedule.EPOCH_BITS == epoch : "key of another epoch";
    System.arraycopy(iv, 0, into, 0, iv.length);
    for (int i = 0; i < Long.BYTES; i++) {
      into[iv.length - 1 - i] ^= (byte) (frame >>> 8 * i);
    }
  }

  /** Adds a user. Event loop only, and not after {@link #retire}. */
  void retain() {
    users.incrementAndGet();
  }

  /** Removes a user, whose task is done or dropped. Any thread. */
  void release() {
    if (users.decrementAndGet() == 0) {
      key.destroy();
      Arrays.fill(iv, (byte) 0);
    }
  }

  /** Removes the key schedule as a user: the epoch is over. Event loop only, once. */
  void retire() {
    release();
  }
}
