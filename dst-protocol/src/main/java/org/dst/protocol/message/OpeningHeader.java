package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * What both openings begin with: 8 bytes of magic and the length of the rest in 16 bits. The magic
 * ends like PNG's, so that a path that converts line ends is found out at once.
 */
public final class OpeningHeader {
  /** Bytes of magic and length. */
  public static final int LENGTH = 10;

  /** The protocol version that this code speaks. */
  public static final int VERSION = 1;

  static final int MAX_NAMES = 1024;

  private static final long MAGIC = 0x4453_54c4_0d0a_1a0aL;
  private static final int MAX_BODY = Limits.MAX_OPENING - LENGTH;

  private OpeningHeader() {}

  static int begin(ByteBuf out) {
    int start = out.writerIndex();
    out.writeLong(MAGIC).writeShort(0);
    return start;
  }

  static void finish(ByteBuf out, int start) {
    int length = out.writerIndex() - start - LENGTH;
    if (length > MAX_BODY) {
      throw new IllegalArgumentException(
          "opening of %d bytes (expected: <= %d)".formatted(length, MAX_BODY));
    }
    out.setShort(start + 8, length);
  }

  /**
   * Takes the header of an opening.
   *
   * @return the length of the message that follows, in bytes
   * @throws MalformedException if this is no opening of DST, or too long a one
   */
  public static int read(byte[] header) throws MalformedException {
    long magic = 0;
    for (int i = 0; i < 8; i++) {
      magic = magic << 8 | header[i] & 0xff;
    }
    if (magic != MAGIC) {
      throw new MalformedException("opening begins with 0x%016x".formatted(magic));
    }
    int length = (header[8] & 0xff) << 8 | header[9] & 0xff;
    if (length > MAX_BODY) {
      throw new MalformedException(
          "opening of %d bytes (expected: <= %d)".formatted(length, MAX_BODY));
    }
    return length;
  }

  static void writeNames(ByteBuf out, List<String> names) {
    WireFields.writeString(out, String.join(",", names), MAX_NAMES, "algorithm names");
  }

  static List<String> readNames(ByteBuf in) throws MalformedException {
    String names = WireFields.readString(in, MAX_NAMES, "algorithm names");
    return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
  }
}
