package org.dst.crypto.record;

import java.util.Arrays;
import org.dst.crypto.cipher.AeadKey;

/**
 * The key and the nonce base of {@link KeySchedule#EPOCH_FRAMES} frames. What it holds does not
 * change until it is wiped, so it is handed to crypto threads with their work; who still needs it
 * is counted on the event loop.
 */
final class EpochKeys {
  private final long epoch;
  private final AeadKey key;
  private final byte[] iv;
  private int users;
  private boolean retired;

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

  /** Somebody takes it to another thread. Event loop only. */
  void retain() {
    users++;
  }

  /** Who has taken it is back. Event loop only. */
  void release() {
    users--;
    wipeIfUnused();
  }

  /** No frame will begin to use it. Event loop only. */
  void retire() {
    retired = true;
    wipeIfUnused();
  }

  private void wipeIfUnused() {
    if (retired && users == 0) {
      wipe();
    }
  }

  /** Forgets the key, whoever uses it: what is made with it from here on must not be sent. */
  void wipe() {
    key.destroy();
    Arrays.fill(iv, (byte) 0);
  }
}
