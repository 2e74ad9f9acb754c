package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/** NOTICE: an unsolicited message from the server during transactions. */
public sealed interface Notice {
  /**
   * The export was resized.
   *
   * @param size the new size in bytes
   */
  record Resized(long size) implements Notice {}

  /**
   * The server is shutting down or withdrawing the export; the link ends soon.
   *
   * @param reason human-readable reason
   */
  record GoingAway(String reason) implements Notice {}

  /**
   * The store's freshness has risen. An attach that later reports a lower number has met a store
   * that was rolled back.
   *
   * @param number the new freshness, 0 or more
   */
  record Freshness(long number) implements Notice {}

  /**
   * A notice of a kind that this version does not know; ignored.
   *
   * @param kind its code
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
   * Reads the payload of a NOTICE frame. Extensions at its end are ignored, as are unknown kinds: a
   * notice requires no action.
   */
  static Notice decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, 2, "notice");
    int kind = in.readUnsignedShort();
    switch (kind) {
      case 1:
        WireFields.require(in, 8, "resize notice");
        long size = in.readLong();
        if (size < 0) {
          throw new MalformedException("resize notice with %d bytes".formatted(size));
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
