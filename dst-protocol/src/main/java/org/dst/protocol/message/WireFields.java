package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.dst.protocol.MalformedException;

/** The fields that messages are made of: every read checks what is there before it takes it. */
final class WireFields {
  /** Bytes of a UUID. */
  static final int UUID_BYTES = 16;

  private WireFields() {}

  /** Makes sure that {@code bytes} more are there. */
  static void require(ByteBuf in, int bytes, String what) throws MalformedException {
    if (in.readableBytes() < bytes) {
      throw new MalformedException(
          "%s cut short: %d bytes left (expected: >= %d)"
              .formatted(what, in.readableBytes(), bytes));
    }
  }

  /** Makes sure that nothing is left. */
  static void requireEnd(ByteBuf in, String what) throws MalformedException {
    if (in.isReadable()) {
      throw new MalformedException(in.readableBytes() + " bytes after the end of " + what);
    }
  }

  /**
   * Appends a string with its length in 16 bits.
   *
   * @throws IllegalArgumentException if it is longer than the {@code limit} of its reader
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

  /** Appends a text for people with its length in 16 bits, cut if it is too long. */
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

  /** Cuts a text that the sender made to at most {@code limit} bytes of UTF-8. */
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

  /** Reads 128 bits, whose presence was checked. */
  static UUID readUuid(ByteBuf in) {
    return new UUID(in.readLong(), in.readLong());
  }

  /** The value of an extension that is a UUID. */
  static byte[] uuidBytes(UUID uuid) {
    return ByteBuffer.allocate(UUID_BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /** The UUID that {@link #UUID_BYTES} bytes are. */
  static UUID uuidOf(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
