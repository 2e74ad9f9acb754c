package org.dst.client.link;

import java.util.concurrent.Executor;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.checksum.MacKeys;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.codec.LinkSecurity;

/**
 * What a client and a server have agreed on for one link.
 *
 * @param checksum of payloads, for this link alone
 * @param security what seals and opens its frames; null if it is plain
 */
public record LinkTerms(Checksum checksum, LinkSecurity security) {

  /** A link whose frames go as they are. */
  static LinkTerms plain(String checksum) {
    return new LinkTerms(Checksums.create(checksum), null);
  }

  /**
   * A link whose frames are sealed.
   *
   * @param secrets what the handshake gave; destroyed
   * @param loop the event loop of the link's channel
   */
  static LinkTerms secured(
      String checksum, String cipher, HandshakeResult secrets, RecordCrypto crypto, Executor loop) {
    byte[] sending = secrets.clientToServer().bytes();
    byte[] receiving = secrets.serverToClient().bytes();
    try {
      return new LinkTerms(
          Checksums.create(checksum, MacKeys.of(sending, receiving)),
          SecuredRecords.of(sending, receiving, crypto.cipher(cipher), crypto.pool(), loop));
    } finally {
      secrets.destroy();
    }
  }
}
