package org.dst.server.port;

import io.netty.channel.Channel;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.noise.HandshakeResult;

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
    return new ServerLink(server, channel, Checksums.create(checksum));
  }
}
