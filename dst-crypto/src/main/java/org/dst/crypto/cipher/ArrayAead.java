package org.dst.crypto.cipher;

import io.netty.buffer.ByteBuf;

/**
 * Base class of ciphers that work on byte arrays. Buffers are copied in and out, which is cheaper
 * than what these providers do with direct buffers themselves.
 */
abstract class ArrayAead implements Aead {
  /** Larger arrays are not cached, or each thread would pin them for good. */
  private static final int KEPT = 2 << 20;

  private byte[] input = new byte[0];
  private byte[] output = new byte[0];

  /** Seals the first {@code length} bytes of {@code in} to {@code out}, followed by the tag. */
  abstract void seal(
      AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out);

  /**
   * Opens the first {@code length} bytes of {@code in}, tag included, to {@code out}; false if
   * authentication fails.
   */
  abstract boolean open(
      AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out);

  @Override
  public final void seal(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf sealed,
      int into) {
    byte[] in = input(length);
    byte[] out = output(length + TAG);
    buffer.getBytes(index, in, 0, length);
    seal(key, nonce, associated, in, length, out);
    sealed.setBytes(into, out, 0, length + TAG);
  }

  @Override
  public final boolean open(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf opened,
      int into) {
    byte[] in = input(length + TAG);
    byte[] out = output(length + TAG);
    buffer.getBytes(index, in, 0, length + TAG);
    if (!open(key, nonce, associated, in, length + TAG, out)) {
      return false;
    }
    opened.setBytes(into, out, 0, length);
    return true;
  }

  private byte[] input(int length) {
    if (input.length >= length) {
      return input;
    }
    byte[] fresh = new byte[roomFor(length)];
    if (length <= KEPT) {
      input = fresh;
    }
    return fresh;
  }

  private byte[] output(int length) {
    if (output.length >= length) {
      return output;
    }
    byte[] fresh = new byte[roomFor(length)];
    if (length <= KEPT) {
      output = fresh;
    }
    return fresh;
  }

  private static int roomFor(int length) {
    return length > KEPT
        ? length
        : Math.min(KEPT, Math.max(4096, Integer.highestOneBit(length) * 2));
  }
}
