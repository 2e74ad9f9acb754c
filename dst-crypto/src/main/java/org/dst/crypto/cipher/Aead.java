package org.dst.crypto.cipher;

import io.netty.buffer.ByteBuf;

/**
 * An authenticated cipher of one provider for one thread. Works in place or from one buffer to
 * another; what is large is faster from one to another, because Conscrypt copies what it is to
 * overwrite. The buffers' indices are neither used nor changed, so that a buffer may be worked on
 * while its owner looks at another part.
 */
public interface Aead {
  /** Bytes of a tag. */
  int TAG = 16;

  /** Bytes of a nonce. */
  int NONCE = 12;

  /**
   * Seals {@code length} bytes at {@code index} and writes the tag to the {@link #TAG} bytes behind
   * them. A nonce must not be used twice with one key.
   *
   * @throws IllegalStateException if the provider fails; the bytes are then undefined
   */
  default void seal(
      AeadKey key, byte[] nonce, byte[] associated, ByteBuf buffer, int index, int length) {
    seal(key, nonce, associated, buffer, index, length, buffer, index);
  }

  /**
   * Seals {@code length} bytes at {@code index} of one buffer into another one, at {@code into},
   * with the tag behind them. The two do not overlap, or are the same bytes.
   *
   * @throws IllegalStateException if the provider fails; what was written is then undefined
   */
  void seal(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf sealed,
      int into);

  /**
   * Opens {@code length} bytes of ciphertext at {@code index}, which the tag follows, in place.
   *
   * @return false if key, nonce, associated data, ciphertext and tag do not belong together; the
   *     bytes are then undefined
   * @throws IllegalStateException if the provider fails
   */
  default boolean open(
      AeadKey key, byte[] nonce, byte[] associated, ByteBuf buffer, int index, int length) {
    return open(key, nonce, associated, buffer, index, length, buffer, index);
  }

  /**
   * As the other one, into another buffer, at {@code into}. The two do not overlap, or are the same
   * bytes.
   */
  boolean open(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf opened,
      int into);
}
