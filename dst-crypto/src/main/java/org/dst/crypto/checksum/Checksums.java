package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The known checksums, by name. */
public final class Checksums {
  /** What is offered unless somebody says otherwise, best first. */
  public static final List<String> DEFAULT = List.of("crc32c", "none");

  private static final Map<String, Supplier<Checksum>> KNOWN =
      Map.of("crc32c", Crc32cChecksum::new, "none", NoChecksum::new);

  private Checksums() {}

  /** Every name, sorted. */
  public static List<String> names() {
    return KNOWN.keySet().stream().sorted().toList();
  }

  /**
   * A new instance.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists those there
   *     are
   */
  public static Checksum create(String name) {
    Supplier<Checksum> known = KNOWN.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "unknown checksum '%s'; known are %s".formatted(name, String.join(", ", names())));
    }
    return known.get();
  }

  /** The first of {@code wanted} that {@code allowed} has too, or null. */
  public static String choose(List<String> wanted, List<String> allowed) {
    return wanted.stream().filter(allowed::contains).findFirst().orElse(null);
  }

  private static final class NoChecksum implements Checksum {
    @Override
    public String name() {
      return "none";
    }

    @Override
    public int length() {
      return 0;
    }

    @Override
    public void compute(ByteBuf payload, byte[] into) {
      // zero bytes long
    }

    @Override
    public boolean matches(ByteBuf payload, byte[] expected) {
      return true;
    }
  }

  /** The JDK's CRC32C, which the CPU computes at memory speed. */
  private static final class Crc32cChecksum implements Checksum {
    private final java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    private final byte[] own = new byte[Integer.BYTES];

    @Override
    public String name() {
      return "crc32c";
    }

    @Override
    public int length() {
      return own.length;
    }

    @Override
    public void compute(ByteBuf payload, byte[] into) {
      crc.reset();
      if (payload.nioBufferCount() == 1) {
        crc.update(payload.internalNioBuffer(payload.readerIndex(), payload.readableBytes()));
      } else {
        for (var part : payload.nioBuffers()) {
          crc.update(part);
        }
      }
      int value = (int) crc.getValue();
      for (int i = 0; i < own.length; i++) {
        into[i] = (byte) (value >>> 8 * (own.length - 1 - i));
      }
    }

    @Override
    public boolean matches(ByteBuf payload, byte[] expected) {
      compute(payload, own);
      return Arrays.equals(own, 0, own.length, expected, 0, own.length);
    }
  }
}
