package org.dst.crypto.record;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.dst.crypto.cipher.AeadKey;

/**
 * The key and the nonce base of {@link KeySchedule#EPOCH_FRAMES} frames. What it holds does not
 * change until it is wiped, so it is handed to crypto threads with their work. It is wiped once, by
 * the last of its users, the schedule that made it being the first of them.
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
   * Writes the nonce of a frame of this epoch: iv XOR the number in the last 8 bytes (RFC 8446).
   */
  void nonce(long frame, byte[] into) {
    assert frame >>> KeySchedule.EPOCH_BITS == epoch : "key of another epoch";
    System.arraycopy(iv, 0, into, 0, iv.length);
    for (int i = 0; i < Long.BYTES; i++) {
      into[iv.length - 1 - i] ^= (byte) (frame >>> 8 * i);
    }
  }

  /** Somebody takes it to another thread. Event loop only, and not once it is retired. */
  void retain() {
    users.incrementAndGet();
  }

  /** Who has taken it needs it no more, because its work is done or dropped. Any thread. */
  void release() {
    if (users.decrementAndGet() == 0) {
      key.destroy();
      Arrays.fill(iv, (byte) 0);
    }
  }

  /** No frame will begin to use it. Event loop only, once. */
  void retire() {
    release();
  }
}
