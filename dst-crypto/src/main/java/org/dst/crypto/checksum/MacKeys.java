package org.dst.crypto.checksum;

import java.util.Arrays;
import org.dst.crypto.record.HkdfExpand;

/**
 * The keys of a link's keyed checksums, one for each direction.
 *
 * @param sending for what this end sends, 32 bytes
 * @param receiving for what it receives, 32 bytes
 */
public record MacKeys(byte[] sending, byte[] receiving) {
  private static final int LENGTH = 32;

  /** The keys that follow from the secrets which the handshake gave. */
  public static MacKeys of(byte[] sendingSecret, byte[] receivingSecret) {
    return new MacKeys(
        HkdfExpand.expand(sendingSecret, "dst 1 mac", LENGTH),
        HkdfExpand.expand(receivingSecret, "dst 1 mac", LENGTH));
  }

  /** Forgets them. */
  public void wipe() {
    Arrays.fill(sending, (byte) 0);
    Arrays.fill(receiving, (byte) 0);
  }

  @Override
  public String toString() {
    return "MacKeys";
  }
}
