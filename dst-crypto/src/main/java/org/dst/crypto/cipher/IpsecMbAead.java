package org.dst.crypto.cipher;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * AES-GCM from Intel's library, which works directly on native memory: a call copies and allocates
 * nothing, and a key is expanded only once.
 */
final class IpsecMbAead implements Aead {
  private static final int NONCE_AT = IpsecMb.CONTEXT;
  private static final int TAG_AT = NONCE_AT + 16;
  private static final int ASSOCIATED_AT = TAG_AT + TAG;

  /** Associated data up to this length is passed in the scratch memory. */
  private static final int SHORT = 64;

  private final boolean wide;
  private final MemorySegment scratch =
      Arena.ofAuto().allocate(ASSOCIATED_AT + SHORT, IpsecMb.ALIGNMENT);

  private IpsecMbAead(boolean wide) {
    IpsecMb.require();
    this.wide = wide;
  }

  /**
   * Creates an instance for 128-bit keys.
   *
   * @throws IllegalStateException if the library is unavailable; the message says why
   */
  static Aead aes128() {
    return new IpsecMbAead(false);
  }

  /**
   * Creates an instance for 256-bit keys.
   *
   * @throws IllegalStateException if the library is unavailable; the message says why
   */
  static Aead aes256() {
    return new IpsecMbAead(true);
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
    if (!isNative(buffer) || !isNative(sealed)) {
      ByteBuf copy = copy(buffer, index, length);
      seal(key, nonce, associated, copy, 0, length, copy, 0);
      sealed.setBytes(into, copy, 0, length + TAG);
      copy.release();
      return;
    }
    long in = address(buffer, index, length);
    long out = address(sealed, into, length + TAG);
    crypt(true, key, nonce, associated, in, length, out, out + length);
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
    if (!isNative(buffer) || !isNative(opened)) {
      ByteBuf copy = copy(buffer, index, length + TAG);
      boolean genuine = open(key, nonce, associated, copy, 0, length, copy, 0);
      if (genuine) {
        opened.setBytes(into, copy, 0, length);
      }
      copy.release();
      return genuine;
    }
    long in = address(buffer, index, length + TAG);
    long out = address(opened, into, length);
    crypt(false, key, nonce, associated, in, length, out, scratch.address() + TAG_AT);
    // The tag follows the ciphertext, so opening in place has not overwritten it.
    long difference =
        (buffer.getLongLE(index + length) ^ scratch.get(JAVA_LONG, TAG_AT))
            | (buffer.getLongLE(index + length + 8) ^ scratch.get(JAVA_LONG, TAG_AT + 8));
    if (difference != 0) {
      opened.setZero(into, length);
      return false;
    }
    return true;
  }

  private void crypt(
      boolean sealing,
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      long in,
      int length,
      long out,
      long tag) {
    MemorySegment expanded = key.expanded();
    MemorySegment.copy(nonce, 0, scratch, JAVA_BYTE, NONCE_AT, NONCE);
    MemorySegment more = associated.length > SHORT ? copyOf(associated) : scratch;
    if (more == scratch) {
      MemorySegment.copy(associated, 0, scratch, JAVA_BYTE, ASSOCIATED_AT, associated.length);
    }
    long base = scratch.address();
    long iv = base + NONCE_AT;
    long aad = more == scratch ? base + ASSOCIATED_AT : more.address();
    long aadLength = associated.length;
    long ready = expanded.address();
    try {
      // A call site per constant: a call through a variable costs as much as a small record.
      if (wide && sealing) {
        IpsecMb.Aes256.FUNCTIONS
            .seal()
            .invokeExact(ready, base, out, in, (long) length, iv, aad, aadLength, tag, (long) TAG);
      } else if (wide) {
        IpsecMb.Aes256.FUNCTIONS
            .open()
            .invokeExact(ready, base, out, in, (long) length, iv, aad, aadLength, tag, (long) TAG);
      } else if (sealing) {
        IpsecMb.Aes128.FUNCTIONS
            .seal()
            .invokeExact(ready, base, out, in, (long) length, iv, aad, aadLength, tag, (long) TAG);
      } else {
        IpsecMb.Aes128.FUNCTIONS
            .open()
            .invokeExact(ready, base, out, in, (long) length, iv, aad, aadLength, tag, (long) TAG);
      }
    } catch (Throwable e) {
      throw IpsecMb.unexpected(e);
    } finally {
      Reference.reachabilityFence(expanded);
      Reference.reachabilityFence(more);
      Reference.reachabilityFence(scratch);
    }
  }

  private static MemorySegment copyOf(byte[] bytes) {
    MemorySegment copy = Arena.ofAuto().allocate(bytes.length);
    MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
    return copy;
  }

  private static ByteBuf copy(ByteBuf buffer, int index, int length) {
    return ByteBufAllocator.DEFAULT
        .directBuffer(length + TAG)
        .writeBytes(buffer, index, length)
        .writeZero(TAG);
  }

  private static boolean isNative(ByteBuf buffer) {
    return buffer.hasMemoryAddress() || buffer.isDirect() && buffer.nioBufferCount() == 1;
  }

  private static long address(ByteBuf buffer, int index, int length) {
    if (buffer.hasMemoryAddress()) {
      return buffer.memoryAddress() + index;
    }
    return MemorySegment.ofBuffer(buffer.nioBuffer(index, length)).address();
  }
}
