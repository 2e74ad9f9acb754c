package org.dst.client.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The attributes of a netlink message, or of an attribute that consists of attributes. */
final class NetlinkAttributes {
  private static final int HEAD = 4;
  private static final int TYPE_BITS = 0x3fff;

  private final List<Attribute> all = new ArrayList<>();

  private record Attribute(int type, ByteBuffer value) {}

  /**
   * Takes a message apart.
   *
   * @throws IOException if a length makes no sense
   */
  static NetlinkAttributes read(ByteBuffer bytes) throws IOException {
    NetlinkAttributes found = new NetlinkAttributes();
    ByteBuffer rest = bytes.slice().order(ByteOrder.nativeOrder());
    while (rest.remaining() >= HEAD) {
      int length = Short.toUnsignedInt(rest.getShort(rest.position()));
      if (length < HEAD || length > rest.remaining()) {
        throw new IOException(
            "netlink attribute of %d bytes (expected: %d to %d)"
                .formatted(length, HEAD, rest.remaining()));
      }
      int type = Short.toUnsignedInt(rest.getShort(rest.position() + 2)) & TYPE_BITS;
      ByteBuffer value = rest.slice(rest.position() + HEAD, length - HEAD);
      found.all.add(new Attribute(type, value.order(ByteOrder.nativeOrder())));
      rest.position(Math.min(rest.limit(), rest.position() + (length + 3 & -4)));
    }
    return found;
  }

  /** Whether there is an attribute of that type. */
  boolean has(int type) {
    return all.stream().anyMatch(attribute -> attribute.type == type);
  }

  /** A number of 8, 16 or 32 bits. */
  int number(int type) throws IOException {
    ByteBuffer value = value(type);
    return switch (value.remaining()) {
      case 1 -> Byte.toUnsignedInt(value.get(0));
      case 2 -> Short.toUnsignedInt(value.getShort(0));
      case 4 -> value.getInt(0);
      default ->
          throw new IOException(
              "netlink attribute %d has %d bytes (expected: 1, 2 or 4)"
                  .formatted(type, value.remaining()));
    };
  }

  /** A text without its NUL. */
  String text(int type) throws IOException {
    String text = StandardCharsets.UTF_8.decode(value(type).duplicate()).toString();
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }

  /** The attributes that an attribute consists of. */
  NetlinkAttributes nested(int type) throws IOException {
    return read(value(type));
  }

  /** What every attribute in this one consists of, whatever their types: an array. */
  List<NetlinkAttributes> items() throws IOException {
    List<NetlinkAttributes> items = new ArrayList<>();
    for (Attribute attribute : all) {
      items.add(read(attribute.value));
    }
    return items;
  }

  private ByteBuffer value(int type) throws IOException {
    return all.stream()
        .filter(attribute -> attribute.type == type)
        .map(Attribute::value)
        .findFirst()
        .orElseThrow(() -> new IOException("netlink attribute %d is missing".formatted(type)));
  }
}
