package org.dst.server.port;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.checksum.MacKeys;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.record.LinkProtection;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.SecurityMode;
import org.dst.server.access.Peer;

/**
 * A link whose openings, and whose handshake if there is one, are done. Nothing has been sealed or
 * opened on it yet.
 *
 * @param channel without handlers of the phases before
 * @param mode agreed on
 * @param cipher agreed on; empty if the link is plain
 * @param checksum agreed on
 * @param secrets what the handshake gave, for whoever takes the link to destroy; null if it is
 *     plain
 * @param keys that the client was found in; the server's at that moment
 */
public record NegotiatedLink(
    Channel channel,
    SecurityMode mode,
    String cipher,
    String checksum,
    HandshakeResult secrets,
    ServerKeys keys) {

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

  /** Makes a link of it; its secrets are destroyed. */
  public ServerLink link(LinkContext server) {
    Peer peer = peer();
    if (!secured()) {
      LinkProtection none = new LinkProtection(mode.label(), null, null, checksum);
      return new ServerLink(server, channel, peer, Checksums.create(checksum), null, none);
    }
    byte[] sending = secrets.serverToClient().bytes();
    byte[] receiving = secrets.clientToServer().bytes();
    RecordCrypto crypto = server.crypto();
    AeadCipher aead = crypto.cipher(cipher);
    try {
      return new ServerLink(
          server,
          channel,
          peer,
          Checksums.create(checksum, MacKeys.of(sending, receiving)),
          ServerRecords.of(sending, receiving, aead, crypto.pool(), channel.eventLoop()),
          new LinkProtection(mode.label(), cipher, aead.provider().label(), checksum));
    } finally {
      secrets.destroy();
    }
  }
}
