package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/** Something that the server says unasked while transactions run. */
public sealed interface Notice {
  /**
   * The export has another size now.
   *
   * @param size in bytes
   */
  record Resized(long size) implements Notice {}

  /**
   * The server is about to stop, or the export to be withdrawn; the link ends soon.
   *
   * @param reason for people
   */
  record GoingAway(String reason) implements Notice {}

  /**
   * The store has been used, and a later attach that tells a lower number has to do with an earlier
   * state of it.
   *
   * @param number how fresh it is, from 0 up
   */
  record Freshness(long number) implements Notice {}

  /**
   * A notice that this version does not know; to be ignored.
   *
   * @param kind its number
   */
  record Unknown(int kind) implements Notice {}

  /** Appends the message as the payload of a NOTICE frame. */
  default void encode(ByteBuf out) {
    switch (this) {
      case Resized resized -> out.writeShort(1).writeLong(resized.size);
      case GoingAway going -> {
        out.writeShort(2);
        WireFields.writeText(out, going.reason, Limits.MAX_TEXT);
      }
      case Freshness freshness -> out.writeShort(3).writeLong(freshness.number);
      case Unknown unknown -> out.writeShort(unknown.kind);
    }
  }

  /**
   * Reads the payload of a NOTICE frame. After what is known may come extensions, which are ignored
   * as every kind that is not known is: a notice asks for nothing.
   */
  static Notice decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, 2, "notice");
    int kind = in.readUnsignedShort();
    switch (kind) {
      case 1:
        WireFields.require(in, 8, "resize notice");
        long size = in.readLong();
        if (size < 0) {
          throw new MalformedException("resize notice to %d bytes".formatted(size));
        }
        Extensions.decode(in);
        return new Resized(size);
      case 2:
        String reason = WireFields.readString(in, Limits.MAX_TEXT, "notice text");
        Extensions.decode(in);
        return new GoingAway(reason);
      case 3:
        WireFields.require(in, 8, "freshness notice");
        long number = in.readLong();
        if (number < 0) {
          throw new MalformedException("freshness notice of %d".formatted(number));
        }
        Extensions.decode(in);
        return new Freshness(number);
      default:
        return new Unknown(kind);
    }
  }
}
