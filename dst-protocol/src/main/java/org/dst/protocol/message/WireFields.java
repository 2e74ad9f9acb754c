package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.dst.protocol.MalformedException;

/** Encodes and decodes the fields of messages. Every read is checked against the bytes present. */
final class WireFields {
  /** Length of a UUID, in bytes. */
  static final int UUID_BYTES = 16;

  private WireFields() {}

  /** Checks that at least {@code bytes} are left. */
  static void require(ByteBuf in, int bytes, String what) throws MalformedException {
    if (in.readableBytes() < bytes) {
      throw new MalformedException(
          "%s truncated: %d bytes left (expected: >= %d)"
              .formatted(what, in.readableBytes(), bytes));
    }
  }

  /** Checks that nothing is left. */
  static void requireEnd(ByteBuf in, String what) throws MalformedException {
    if (in.isReadable()) {
      throw new MalformedException(in.readableBytes() + " bytes after the end of " + what);
    }
  }

  /**
   * Appends a string with a 16-bit length.
   *
   * @throws IllegalArgumentException if it is longer than the reader's {@code limit}
   */
  static void writeString(ByteBuf out, String text, int limit, String what) {
    int bytes = ByteBufUtil.utf8Bytes(text);
    if (bytes > limit) {
      throw new IllegalArgumentException(
          "%s of %d bytes (expected: <= %d)".formatted(what, bytes, limit));
    }
    out.writeShort(bytes);
    ByteBufUtil.reserveAndWriteUtf8(out, text, bytes);
  }

  /** Appends a human-readable text with a 16-bit length, truncated if it is too long. */
  static void writeText(ByteBuf out, String text, int limit) {
    writeString(out, cut(text, limit), limit, "text");
  }

  /** Reads a string of at most {@code limit} bytes. */
  static String readString(ByteBuf in, int limit, String what) throws MalformedException {
    require(in, 2, what);
    int length = in.readUnsignedShort();
    if (length > limit) {
      throw new MalformedException(
          "%s of %d bytes (expected: <= %d)".formatted(what, length, limit));
    }
    require(in, length, what);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedException(what + " is not UTF-8");
    }
  }

  /** Truncates a text to at most {@code limit} bytes of UTF-8. */
  static String cut(String text, int limit) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= limit) {
      return text;
    }
    int end = limit;
    while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  /** Appends 128 bits. */
  static void writeUuid(ByteBuf out, UUID uuid) {
    out.writeLong(uuid.getMostSignificantBits()).writeLong(uuid.getLeastSignificantBits());
  }

  /** Reads 128 bits; the caller has checked that they are there. */
  static UUID readUuid(ByteBuf in) {
    return new UUID(in.readLong(), in.readLong());
  }

  /** A UUID as the value of an extension. */
  static byte[] uuidBytes(UUID uuid) {
    return ByteBuffer.allocate(UUID_BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /** The UUID in an extension's {@link #UUID_BYTES} bytes. */
  static UUID uuidOf(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
