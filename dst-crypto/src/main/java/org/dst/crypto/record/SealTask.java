package org.dst.crypto.record;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.pool.CryptoTask;

/** The sealing of one large frame on the crypto pool. */
final class SealTask extends CryptoTask {
  private final AeadCipher cipher;
  private final EpochKeys keys;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated;
  private final ByteBuf frame;
  private final ByteBuf record;
  private final Consumer<ByteBuf> sealed;
  private final Consumer<Throwable> failed;

  SealTask(
      AeadCipher cipher,
      EpochKeys keys,
      long number,
      byte[] associated,
      ByteBuf frame,
      ByteBuf record,
      Consumer<ByteBuf> sealed,
      Consumer<Throwable> failed) {
    super(frame.readableBytes());
    this.cipher = cipher;
    this.keys = keys;
    this.associated = associated;
    this.frame = frame;
    this.record = record;
    this.sealed = sealed;
    this.failed = failed;
    keys.nonce(number, nonce);
    keys.retain();
  }

  @Override
  protected void run() {
    int at = frame.readerIndex();
    int body = record.readerIndex() + Integer.BYTES;
    cipher
        .aead()
        .seal(keys.key(), nonce, associated, frame, at, frame.readableBytes(), record, body);
  }

  @Override
  protected void finished(Throwable failure) {
    keys.release();
    frame.release();
    if (failure == null) {
      sealed.accept(record);
    } else {
      record.release();
      failed.accept(failure);
    }
  }

  @Override
  protected void dropped() {
    keys.release();
    frame.release();
    record.release();
  }
}
