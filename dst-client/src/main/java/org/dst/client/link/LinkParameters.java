package org.dst.client.link;

import java.util.concurrent.Executor;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.checksum.MacKeys;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.record.LinkProtection;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.codec.LinkSecurity;
import org.dst.protocol.message.ServerOpening;

/**
 * The negotiated parameters of one link.
 *
 * @param checksum of payloads, keyed for this link if it is secured
 * @param security seals and opens its frames; null if it is plain
 * @param protection the same as text, for the status
 */
public record LinkParameters(Checksum checksum, LinkSecurity security, LinkProtection protection) {

  /** A plain link. */
  static LinkParameters plain(ServerOpening agreed) {
    String checksum = agreed.checksum();
    return new LinkParameters(
        Checksums.create(checksum),
        null,
        new LinkProtection(agreed.mode().label(), null, null, checksum));
  }

  /**
   * A secured link.
   *
   * @param secrets from the handshake; destroyed
   * @param loop the event loop of the link's channel
   */
  static LinkParameters secured(
      ServerOpening agreed, HandshakeResult secrets, RecordCrypto crypto, Executor loop) {
    AeadCipher cipher = crypto.cipher(agreed.cipher());
    String checksum = agreed.checksum();
    byte[] sending = secrets.clientToServer().bytes();
    byte[] receiving = secrets.serverToClient().bytes();
    try {
      return new LinkParameters(
          Checksums.create(checksum, MacKeys.of(sending, receiving)),
          ClientRecords.of(sending, receiving, cipher, crypto.pool(), loop),
          new LinkProtection(
              agreed.mode().label(), cipher.name(), cipher.provider().label(), checksum));
    } finally {
      secrets.destroy();
    }
  }
}
