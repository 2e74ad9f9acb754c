package org.dst.client.link;

import java.util.concurrent.Executor;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.checksum.MacKeys;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.record.Protection;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.codec.LinkSecurity;
import org.dst.protocol.message.ServerOpening;

/**
 * What a client and a server have agreed on for one link.
 *
 * @param checksum of payloads, for this link alone
 * @param security what seals and opens its frames; null if it is plain
 * @param protection the same in words
 */
public record LinkTerms(Checksum checksum, LinkSecurity security, Protection protection) {

  /** A link whose frames go as they are. */
  static LinkTerms plain(ServerOpening agreed) {
    String checksum = agreed.checksum();
    return new LinkTerms(
        Checksums.create(checksum),
        null,
        new Protection(agreed.mode().label(), null, null, checksum));
  }

  /**
   * A link whose frames are sealed.
   *
   * @param secrets what the handshake gave; destroyed
   * @param loop the event loop of the link's channel
   */
  static LinkTerms secured(
      ServerOpening agreed, HandshakeResult secrets, RecordCrypto crypto, Executor loop) {
    AeadCipher cipher = crypto.cipher(agreed.cipher());
    String checksum = agreed.checksum();
    byte[] sending = secrets.clientToServer().bytes();
    byte[] receiving = secrets.serverToClient().bytes();
    try {
      return new LinkTerms(
          Checksums.create(checksum, MacKeys.of(sending, receiving)),
          SecuredRecords.of(sending, receiving, cipher, crypto.pool(), loop),
          new Protection(
              agreed.mode().label(), cipher.name(), cipher.provider().label(), checksum));
    } finally {
      secrets.destroy();
    }
  }
}
