package org.dst.server.link;

import java.util.concurrent.Executor;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.pool.CryptoPool;
import org.dst.crypto.record.AeadRecordOpener;
import org.dst.crypto.record.AeadRecordSealer;
import org.dst.protocol.codec.LinkSecurity;
import org.dst.protocol.codec.RecordOpener;
import org.dst.protocol.codec.RecordSealer;

/** Puts the record layer of dst-crypto under the frames of a link. */
final class ServerRecords {
  private ServerRecords() {}

  /**
   * What a link is secured with. The secrets are copied and may be wiped afterwards.
   *
   * @param sending the secret of the direction that this end sends in, 32 bytes
   * @param receiving the secret of the other direction, 32 bytes
   * @param loop the event loop of the link's channel
   */
  static LinkSecurity of(
      byte[] sending, byte[] receiving, AeadCipher cipher, CryptoPool pool, Executor loop) {
    return new LinkSecurity(
        new Sealer(sending, cipher, pool, loop), new Opener(receiving, cipher, pool, loop));
  }

  private static final class Sealer extends AeadRecordSealer implements RecordSealer {
    Sealer(byte[] secret, AeadCipher cipher, CryptoPool pool, Executor loop) {
      super(secret, cipher, pool, loop);
    }
  }

  private static final class Opener extends AeadRecordOpener implements RecordOpener {
    Opener(byte[] secret, AeadCipher cipher, CryptoPool pool, Executor loop) {
      super(secret, cipher, pool, loop);
    }
  }
}
