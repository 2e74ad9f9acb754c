package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * A part of the list of exports that this client may use.
 *
 * @param entries the exports of this part
 * @param last whether no part follows
 */
public record Listing(List<Entry> entries, boolean last) {
  /** One part stays below this many bytes unless a single entry is longer. */
  private static final int PART = Limits.MAX_CONTROL_PAYLOAD / 2;

  /**
   * An export.
   *
   * @param name by which it is attached
   * @param description for people
   * @param size in bytes
   * @param access the most that this client may have
   */
  public record Entry(String name, String description, long size, Access access) {
    private int wireLength() {
      return 8 + 1 + 2 + 2 + 3 * (name.length() + description.length());
    }
  }

  /** Makes a copy of the entries. */
  public Listing {
    entries = List.copyOf(entries);
  }

  /** Distributes entries over as many parts as they need; at least one. */
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
        throw new MalformedException("listing of an export with %d bytes".formatted(size));
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
