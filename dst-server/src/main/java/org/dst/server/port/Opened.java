package org.dst.server.port;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.server.access.Peer;

/**
 * A link whose openings, and whose handshake if there is one, are done. Nothing has been sealed or
 * opened on it yet.
 *
 * @param channel without handlers of the phases before
 * @param cipher agreed on; empty if the link is plain
 * @param checksum agreed on
 * @param secrets what the handshake gave, for whoever takes the link to destroy; null if it is
 *     plain
 */
public record Opened(Channel channel, String cipher, String checksum, HandshakeResult secrets) {

  /** Whether every frame has to be sealed. */
  public boolean secured() {
    return secrets != null;
  }

  /** Whom the handshake has shown. */
  public Peer peer() {
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    if (!secured()) {
      return Peer.plain(address);
    }
    PublicKey key = secrets.peerPublicKey();
    return new Peer(address, secrets.peerKeyName(), key == null ? null : key.base64());
  }

  /**
   * Makes a link of it that sends its frames as they are.
   *
   * @throws IllegalStateException if they would have to be sealed
   */
  public ServerLink link(LinkContext server) {
    if (secured()) {
      secrets.destroy();
      throw new IllegalStateException("frames of a secured link would leave in clear");
    }
    return new ServerLink(server, channel, peer(), Checksums.create(checksum));
  }
}
