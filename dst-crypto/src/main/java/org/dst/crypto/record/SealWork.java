package org.dst.crypto.record;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.pool.Work;

/** One large frame on its way to become a record. */
final class SealWork extends Work {
  private final AeadCipher cipher;
  private final EpochKeys keys;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated;
  private final ByteBuf record;
  private final Consumer<ByteBuf> sealed;
  private final Consumer<Throwable> failed;

  SealWork(
      AeadCipher cipher,
      EpochKeys keys,
      long frame,
      byte[] associated,
      ByteBuf record,
      Consumer<ByteBuf> sealed,
      Consumer<Throwable> failed) {
    super(record.readableBytes());
    this.cipher = cipher;
    this.keys = keys;
    this.associated = associated;
    this.record = record;
    this.sealed = sealed;
    this.failed = failed;
    keys.nonce(frame, nonce);
    keys.retain();
  }

  @Override
  protected void run() {
    int body = record.readerIndex() + Integer.BYTES;
    int length = record.readableBytes() - Integer.BYTES - Aead.TAG;
    cipher.aead().seal(keys.key(), nonce, associated, record, body, length);
  }

  @Override
  protected void finished(Throwable failure) {
    keys.release();
    if (failure == null) {
      sealed.accept(record);
    } else {
      record.release();
      failed.accept(failure);
    }
  }

  @Override
  protected void dropped() {
    record.release();
  }
}
