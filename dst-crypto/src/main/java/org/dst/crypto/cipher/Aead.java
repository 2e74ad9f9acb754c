package org.dst.crypto.cipher;

import io.netty.buffer.ByteBuf;

/**
 * An AEAD cipher from one provider; an instance serves one thread. Works in place or from one
 * buffer to another; large messages are faster between two buffers, because Conscrypt copies input
 * that it has to overwrite. Reader and writer indices are neither used nor changed, so the owner of
 * a buffer may use another part of it meanwhile.
 */
public interface Aead {
  /** Length of a tag, in bytes. */
  int TAG = 16;

  /** Length of a nonce, in bytes. */
  int NONCE = 12;

  /**
   * Seals {@code length} bytes at {@code index} in place and writes the tag to the {@link #TAG}
   * bytes after them. A nonce must never be reused with the same key.
   *
   * @throws IllegalStateException if the provider fails; the bytes are then undefined
   */
  default void seal(
      AeadKey key, byte[] nonce, byte[] associated, ByteBuf buffer, int index, int length) {
    seal(key, nonce, associated, buffer, index, length, buffer, index);
  }

  /**
   * Seals {@code length} bytes at {@code index} of one buffer to index {@code into} of another,
   * followed by the tag. The two regions must be identical or not overlap.
   *
   * @throws IllegalStateException if the provider fails; the output is then undefined
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
   * Opens {@code length} bytes of ciphertext at {@code index}, followed by the tag, in place.
   *
   * @return false if authentication fails; the bytes are then undefined
   * @throws IllegalStateException if the provider fails
   */
  default boolean open(
      AeadKey key, byte[] nonce, byte[] associated, ByteBuf buffer, int index, int length) {
    return open(key, nonce, associated, buffer, index, length, buffer, index);
  }

  /**
   * Opens like the other overload, but to index {@code into} of another buffer. The two regions
   * must be identical or not overlap.
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
