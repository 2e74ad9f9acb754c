package org.dst.crypto.cipher;

import io.netty.buffer.ByteBuf;

/** Dispatches to one implementation for small messages and another for large ones. */
final class SizeSplitAead implements Aead {
  private final Aead small;
  private final Aead large;
  private final int limit;

  /** Messages of up to {@code limit} bytes go to {@code small}. */
  SizeSplitAead(Aead small, Aead large, int limit) {
    this.small = small;
    this.large = large;
    this.limit = limit;
  }

  @Override
  public void seal(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf sealed,
      int into) {
    Aead aead = length <= limit ? small : large;
    aead.seal(key, nonce, associated, buffer, index, length, sealed, into);
  }

  @Override
  public boolean open(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf opened,
      int into) {
    Aead aead = length <= limit ? small : large;
    return aead.open(key, nonce, associated, buffer, index, length, opened, into);
  }
}
