package org.dst.crypto.record;

import io.netty.buffer.ByteBuf;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.pool.Work;

/** One record on its way to become a frame again. */
final class OpenWork extends Work {
  private final RecordOpener opener;
  private final AeadCipher cipher;
  private final EpochKeys keys;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated = new byte[Integer.BYTES];
  private final ByteBuf body;
  private boolean genuine;

  OpenWork(RecordOpener opener, AeadCipher cipher, EpochKeys keys, long frame, ByteBuf body) {
    super(body.readableBytes());
    this.opener = opener;
    this.cipher = cipher;
    this.keys = keys;
    this.body = body;
    RecordOpener.lengthBytes(body.readableBytes(), associated);
    keys.nonce(frame, nonce);
    keys.retain();
  }

  @Override
  protected void run() {
    int length = body.readableBytes() - Aead.TAG;
    genuine = cipher.aead().open(keys.key(), nonce, associated, body, body.readerIndex(), length);
  }

  @Override
  protected void finished(Throwable failure) {
    keys.release();
    opener.deliver(body, genuine && failure == null);
  }

  @Override
  protected void dropped() {
    body.release();
  }
}
