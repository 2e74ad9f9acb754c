package org.dst.crypto.checksum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The hash function XXH3, 64 bits, seed 0, default secret (specification of xxHash, "XXH3
 * algorithm"). Implemented here because the existing libraries use JDK internals to read direct
 * buffers, which warns or fails from JDK 24 on. Stateless.
 */
final class Xxh3 {
  private static final VarHandle U64 =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle U32 =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long P32_1 = 0x9E3779B1L;
  private static final long P32_2 = 0x85EBCA77L;
  private static final long P32_3 = 0xC2B2AE3DL;
  private static final long P64_1 = 0x9E3779B185EBCA87L;
  private static final long P64_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P64_3 = 0x165667B19E3779F9L;
  private static final long P64_4 = 0x85EBCA77C2B2AE63L;
  private static final long P64_5 = 0x27D4EB2F165667C5L;
  private static final long MIX_1 = 0x165667919E3779F9L;
  private static final long MIX_2 = 0x9FB21C651E98DF25L;

  private static final ByteBuffer SECRET =
      ByteBuffer.wrap(
          HexFormat.of()
              .parseHex(
                  "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                      + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                      + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8"
                      + "fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364ea"
                      + "c5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b"
                      + "16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"));

  private static final int STRIPE = 64;
  private static final int BLOCK_STRIPES = 16;
  private static final int BLOCK = STRIPE * BLOCK_STRIPES;

  /** The secret's words at every eighth byte, and those of the last stripe. */
  private static final long[] WORDS = words(0, 24);

  private static final long[] LAST_WORDS = words(121, 8);

  private Xxh3() {}

  private static long[] words(int from, int count) {
    long[] words = new long[count];
    for (int i = 0; i < count; i++) {
      words[i] = secret(from + 8 * i);
    }
    return words;
  }

  private static long secret(int at) {
    return (long) U64.get(SECRET, at);
  }

  private static long u64(ByteBuffer in, int at) {
    return (long) U64.get(in, at);
  }

  private static long u32(ByteBuffer in, int at) {
    return (int) U32.get(in, at) & 0xffff_ffffL;
  }

  /** Hashes {@code length} bytes at index {@code at}; ignores the buffer's position and order. */
  static long hash(ByteBuffer in, int at, int length) {
    if (length > 240) {
      return hashLong(in, at, length);
    }
    if (length > 128) {
      return hash129To240(in, at, length);
    }
    if (length > 16) {
      return hash17To128(in, at, length);
    }
    return hashShort(in, at, length);
  }

  private static long hashShort(ByteBuffer in, int at, int length) {
    if (length > 8) {
      long low = u64(in, at) ^ secret(24) ^ secret(32);
      long high = u64(in, at + length - 8) ^ secret(40) ^ secret(48);
      return avalanche(length + Long.reverseBytes(low) + high + fold(low, high));
    }
    if (length >= 4) {
      long both = u32(in, at + length - 4) + (u32(in, at) << 32);
      long mixed = both ^ secret(8) ^ secret(16);
      mixed ^= Long.rotateLeft(mixed, 49) ^ Long.rotateLeft(mixed, 24);
      mixed *= MIX_2;
      mixed ^= (mixed >>> 35) + length;
      mixed *= MIX_2;
      return mixed ^ mixed >>> 28;
    }
    if (length > 0) {
      long first = in.get(at) & 0xff;
      long middle = in.get(at + (length >> 1)) & 0xff;
      long last = in.get(at + length - 1) & 0xff;
      long combined = first << 16 | middle << 24 | last | (long) length << 8;
      return avalanche64(combined ^ u32(SECRET, 0) ^ u32(SECRET, 4));
    }
    return avalanche64(secret(56) ^ secret(64));
  }

  private static long hash17To128(ByteBuffer in, int at, int length) {
    long sum = length * P64_1;
    int end = at + length;
    for (int i = (length - 1) / 32; i >= 0; i--) {
      sum += mix16(in, at + 16 * i, 32 * i);
      sum += mix16(in, end - 16 * (i + 1), 32 * i + 16);
    }
    return avalanche(sum);
  }

  private static long hash129To240(ByteBuffer in, int at, int length) {
    long sum = length * P64_1;
    for (int i = 0; i < 8; i++) {
      sum += mix16(in, at + 16 * i, 16 * i);
    }
    sum = avalanche(sum);
    for (int i = 8; i < length / 16; i++) {
      sum += mix16(in, at + 16 * i, 16 * (i - 8) + 3);
    }
    return avalanche(sum + mix16(in, at + length - 16, 136 - 17));
  }

  private static long hashLong(ByteBuffer in, int at, int length) {
    long[] lanes = {P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1};
    int blocks = (length - 1) / BLOCK;
    for (int block = 0; block < blocks; block++) {
      accumulate(lanes, in, at + block * BLOCK, BLOCK_STRIPES, WORDS);
      for (int i = 0; i < 8; i++) {
        lanes[i] = (lanes[i] ^ lanes[i] >>> 47 ^ WORDS[16 + i]) * P32_1;
      }
    }
    int rest = (length - 1 - blocks * BLOCK) / STRIPE;
    accumulate(lanes, in, at + blocks * BLOCK, rest, WORDS);
    accumulate(lanes, in, at + length - STRIPE, 1, LAST_WORDS);
    long sum = length * P64_1;
    for (int i = 0; i < 4; i++) {
      sum += fold(lanes[2 * i] ^ secret(11 + 16 * i), lanes[2 * i + 1] ^ secret(19 + 16 * i));
    }
    return avalanche(sum);
  }

  /**
   * Accumulates 64-byte stripes into the lanes. Uses local variables, which is three times faster.
   */
  private static void accumulate(long[] lanes, ByteBuffer in, int at, int stripes, long[] secret) {
    long a = lanes[0];
    long b = lanes[1];
    long c = lanes[2];
    long d = lanes[3];
    long e = lanes[4];
    long f = lanes[5];
    long g = lanes[6];
    long h = lanes[7];
    for (int i = 0; i < stripes; i++) {
      int from = at + STRIPE * i;
      long v0 = u64(in, from);
      long v1 = u64(in, from + 8);
      a += v1 + product(v0 ^ secret[i]);
      b += v0 + product(v1 ^ secret[i + 1]);
      long v2 = u64(in, from + 16);
      long v3 = u64(in, from + 24);
      c += v3 + product(v2 ^ secret[i + 2]);
      d += v2 + product(v3 ^ secret[i + 3]);
      long v4 = u64(in, from + 32);
      long v5 = u64(in, from + 40);
      e += v5 + product(v4 ^ secret[i + 4]);
      f += v4 + product(v5 ^ secret[i + 5]);
      long v6 = u64(in, from + 48);
      long v7 = u64(in, from + 56);
      g += v7 + product(v6 ^ secret[i + 6]);
      h += v6 + product(v7 ^ secret[i + 7]);
    }
    lanes[0] = a;
    lanes[1] = b;
    lanes[2] = c;
    lanes[3] = d;
    lanes[4] = e;
    lanes[5] = f;
    lanes[6] = g;
    lanes[7] = h;
  }

  private static long product(long key) {
    return (key & 0xffff_ffffL) * (key >>> 32);
  }

  private static long mix16(ByteBuffer in, int at, int secretAt) {
    return fold(u64(in, at) ^ secret(secretAt), u64(in, at + 8) ^ secret(secretAt + 8));
  }

  private static long fold(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }

  private static long avalanche(long hash) {
    hash ^= hash >>> 37;
    hash *= MIX_1;
    return hash ^ hash >>> 32;
  }

  private static long avalanche64(long hash) {
    hash ^= hash >>> 33;
    hash *= P64_2;
    hash ^= hash >>> 29;
    hash *= P64_3;
    return hash ^ hash >>> 32;
  }
}
