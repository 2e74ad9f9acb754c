package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * LISTING: one part of the list of exports that the client may use.
 *
 * @param entries the exports in this part
 * @param last whether this is the last part
 */
public record Listing(List<Entry> entries, boolean last) {
  /** Size limit of a part, in bytes, unless a single entry exceeds it. */
  private static final int PART = Limits.MAX_CONTROL_PAYLOAD / 2;

  /**
   * An export.
   *
   * @param name the name to attach it by
   * @param description human-readable description
   * @param size in bytes
   * @param access the most access that this client may get
   */
  public record Entry(String name, String description, long size, Access access) {
    private int wireLength() {
      return 8 + 1 + 2 + 2 + 3 * (name.length() + description.length());
    }
  }

  /** Copies the entries. */
  public Listing {
    entries = List.copyOf(entries);
  }

  /** Splits a list into as many parts as it needs; at least one. */
  public static List<Listing> parts(List<Entry> entries) {
    List<Listing> parts = new ArrayList<>();
    List<Entry> part = new ArrayList<>();
    int bytes = 0;
    for (Entry entry : entries) {
      if (!part.isEmpty() && bytes + entry.wireLength() > PART) {
        parts.add(new Listing(part, false));
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(entry);
      bytes += entry.wireLength();
    }
    parts.add(new Listing(part, true));
    return parts;
  }

  /** Appends the message as the payload of a LISTING frame. */
  public void encode(ByteBuf out) {
    out.writeByte(last ? 1 : 0).writeShort(entries.size());
    for (Entry entry : entries) {
      out.writeLong(entry.size).writeByte(entry.access.code());
      WireFields.writeString(out, entry.name, Limits.MAX_NAME, "export name");
      WireFields.writeText(out, entry.description, Limits.MAX_TEXT);
    }
  }

  /** Reads the payload of a LISTING frame. */
  public static Listing decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, 3, "listing");
    boolean last = in.readUnsignedByte() != 0;
    int count = in.readUnsignedShort();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      WireFields.require(in, 9, "listing");
      long size = in.readLong();
      if (size < 0) {
        throw new MalformedException("listing with an export of %d bytes".formatted(size));
      }
      Access access = Access.of(in.readUnsignedByte());
      String name = WireFields.readString(in, Limits.MAX_NAME, "export name");
      String description = WireFields.readString(in, Limits.MAX_TEXT, "description");
      entries.add(new Entry(name, description, size, access));
    }
    WireFields.requireEnd(in, "listing");
    return new Listing(entries, last);
  }
}
