package org.dst.crypto.record;

import io.netty.buffer.ByteBuf;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.pool.CryptoTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The opening of one record on the crypto pool, or its result while it waits for its turn. */
final class OpenTask extends CryptoTask {
  private static final Logger log = LoggerFactory.getLogger(OpenTask.class);

  private final AeadRecordOpener opener;
  private final AeadCipher cipher;
  private final EpochKeys keys;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated = new byte[Integer.BYTES];
  private final ByteBuf body;
  private final ByteBuf frame;

  /** Whether the record is authentic. */
  boolean genuine;

  OpenTask(
      AeadRecordOpener opener,
      AeadCipher cipher,
      EpochKeys keys,
      long number,
      ByteBuf body,
      ByteBuf frame) {
    super(body.readableBytes());
    this.opener = opener;
    this.cipher = cipher;
    this.keys = keys;
    this.body = body;
    this.frame = frame;
    AeadRecordOpener.lengthBytes(body.readableBytes(), associated);
    keys.nonce(number, nonce);
    keys.retain();
  }

  @Override
  protected void run() {
    genuine = AeadRecordOpener.open(cipher, keys, nonce, associated, body, frame);
  }

  @Override
  protected void finished(Throwable failure) {
    keys.release();
    if (failure != null) {
      log.error("{}: opening a record failed", cipher, failure);
    }
    opener.deliver(body, frame, genuine);
  }

  @Override
  protected void dropped() {
    keys.release();
    AeadRecordOpener.release(body, frame);
  }
}
