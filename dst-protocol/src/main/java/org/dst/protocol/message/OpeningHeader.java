package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * The header of both opening messages: 8 bytes of magic and the length of the rest in 16 bits. The
 * magic ends like PNG's, so that a path that converts line ends is detected at once.
 */
public final class OpeningHeader {
  /** Length of the header, in bytes. */
  public static final int LENGTH = 10;

  /** The protocol version that this code implements. */
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
   * Parses the header of an opening message.
   *
   * @return the length of the rest, in bytes
   * @throws MalformedException if the magic is wrong or the rest too long
   */
  public static int read(byte[] header) throws MalformedException {
    long magic = 0;
    for (int i = 0; i < 8; i++) {
      magic = magic << 8 | header[i] & 0xff;
    }
    if (magic != MAGIC) {
      throw new MalformedException("opening starts with 0x%016x".formatted(magic));
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
