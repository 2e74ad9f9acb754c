package org.dst.crypto.checksum;

import java.util.Arrays;
import org.dst.crypto.record.HkdfExpand;

/**
 * The keys of a link's keyed checksum, one per direction.
 *
 * @param sending key for what this end sends, 32 bytes
 * @param receiving key for what it receives, 32 bytes
 */
public record MacKeys(byte[] sending, byte[] receiving) {
  private static final int LENGTH = 32;

  /** Derives the keys from the secrets of the handshake. */
  public static MacKeys of(byte[] sendingSecret, byte[] receivingSecret) {
    return new MacKeys(
        HkdfExpand.expand(sendingSecret, "dst 1 mac", LENGTH),
        HkdfExpand.expand(receivingSecret, "dst 1 mac", LENGTH));
  }

  /** Overwrites both keys. */
  public void wipe() {
    Arrays.fill(sending, (byte) 0);
    Arrays.fill(receiving, (byte) 0);
  }

  @Override
  public String toString() {
    return "MacKeys";
  }
}
