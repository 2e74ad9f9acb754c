package org.dst.server.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.dst.server.access.Peer;

/**
 * The right to write to an export. Its epoch only rises, also across restarts of the server, so
 * that a former holder that comes back late is recognised.
 *
 * @param epoch counts the holders from 1; 0 if there never was one
 * @param holder the digest of the holder's secret session id, followed by a dot and the digest of
 *     the key if the session is bound to one; empty if nobody holds the lease
 * @param client the holder's name, for messages
 * @param since when it was granted
 */
public record Lease(long epoch, String holder, String client, Instant since) {
  /** No holder yet. */
  public static final Lease NONE = new Lease(0, "", "", Instant.EPOCH);

  /** Whether a client holds it. */
  public boolean isHeld() {
    return !holder.isEmpty();
  }

  /** Whether that session, bound to that peer, holds it. */
  boolean isHeldBy(UUID session, Peer peer) {
    return isHeld() && holder.equals(nameOf(session, peer));
  }

  /** Whether that session holds it under a key that the peer has not proved. */
  boolean isHeldWithAnotherKey(UUID session, Peer peer) {
    return isHeld()
        && holder.split("[.]", 2)[0].equals(digest(bytes(session)))
        && !isHeldBy(session, peer);
  }

  /** The lease with the next epoch, for another holder. */
  Lease passTo(UUID session, Peer peer, String client, Instant now) {
    return new Lease(epoch + 1, nameOf(session, peer), client, now);
  }

  /** The same, released. */
  Lease released() {
    return new Lease(epoch, "", client, since);
  }

  private static String nameOf(UUID session, Peer peer) {
    String binding = peer.binding();
    String name = digest(bytes(session));
    return binding.isEmpty() ? name : name + "." + digest(binding.getBytes(UTF_8));
  }

  private static byte[] bytes(UUID session) {
    return ByteBuffer.allocate(16)
        .putLong(session.getMostSignificantBits())
        .putLong(session.getLeastSignificantBits())
        .array();
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
