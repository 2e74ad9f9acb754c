package org.dst.server.session;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The right to write to an export. Its epoch only rises, also over restarts of the server, so that
 * a holder that comes back late is known to be late.
 *
 * @param epoch counts the holders, from 1 up; 0 if there never was one
 * @param holder the digest of the holder's session id, which is secret; empty if nobody holds it
 * @param client the holder's name, for people
 * @param since when it was given
 */
public record Lease(long epoch, String holder, String client, Instant since) {
  /** No holder yet. */
  public static final Lease NONE = new Lease(0, "", "", Instant.EPOCH);

  /** Whether somebody holds it. */
  public boolean isHeld() {
    return !holder.isEmpty();
  }

  /** Whether that session holds it. */
  boolean isHeldBy(UUID session) {
    return isHeld() && holder.equals(digest(session));
  }

  /** The next lease, for another holder. */
  Lease passTo(UUID session, String client, Instant now) {
    return new Lease(epoch + 1, digest(session), client, now);
  }

  /** The same, given back. */
  Lease released() {
    return new Lease(epoch, "", client, since);
  }

  private static String digest(UUID session) {
    byte[] id =
        ByteBuffer.allocate(16)
            .putLong(session.getMostSignificantBits())
            .putLong(session.getLeastSignificantBits())
            .array();
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(id));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
