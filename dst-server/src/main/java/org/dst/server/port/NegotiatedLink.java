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
 * A channel whose opening, and handshake if there is one, is done. Nothing has been sealed or
 * opened on it yet.
 *
 * @param channel without handlers of the earlier phases
 * @param mode agreed on
 * @param cipher agreed on; empty if the link is plain
 * @param checksum agreed on
 * @param secrets the result of the handshake, destroyed by whoever takes the link; null if it is
 *     plain
 * @param keys the server's keys at the time of the handshake
 */
public record NegotiatedLink(
    Channel channel,
    SecurityMode mode,
    String cipher,
    String checksum,
    HandshakeResult secrets,
    ServerKeys keys) {

  /** Whether frames are sealed. */
  public boolean secured() {
    return secrets != null;
  }

  /** The client as the handshake has authenticated it. */
  public Peer peer() {
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    if (!secured()) {
      return Peer.plain(address);
    }
    PublicKey key = secrets.peerPublicKey();
    return new Peer(address, secrets.peerKeyName(), key == null ? null : key.base64());
  }

  /** Creates the link and destroys the secrets. */
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
