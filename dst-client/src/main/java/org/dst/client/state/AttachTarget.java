package org.dst.client.state;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The export and server addresses of an attachment, as the user named them.
 *
 * @param export its name
 * @param servers addresses of the server, as text; may be empty
 */
public record AttachTarget(String export, List<String> servers) {
  private static final int COUNT_LENGTH = 2;

  /** Copies the addresses. */
  public AttachTarget {
    servers = List.copyOf(servers);
  }

  /** Whether both may be the same export: same name, and an address in common. */
  public boolean meets(AttachTarget other) {
    return export.equals(other.export) && servers.stream().anyMatch(other.servers::contains);
  }

  /** This target without the addresses of another one. */
  AttachTarget without(AttachTarget other) {
    return new AttachTarget(
        export, servers.stream().filter(server -> !other.servers.contains(server)).toList());
  }

  /**
   * Encodes the target: a count, then that many length-prefixed strings. Addresses that do not fit
   * into {@code limit} bytes are dropped, the last ones first.
   */
  byte[] encoded(int limit) {
    List<String> texts = new ArrayList<>(List.of(export));
    texts.addAll(servers);
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    int count = 0;
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (COUNT_LENGTH + strings.size() + COUNT_LENGTH + bytes.length > limit) {
        break;
      }
      strings.write(bytes.length >>> 8);
      strings.write(bytes.length);
      strings.writeBytes(bytes);
      count++;
    }
    return ByteBuffer.allocate(COUNT_LENGTH + strings.size())
        .putShort((short) count)
        .put(strings.toByteArray())
        .array();
  }

  /** Decodes what {@link #encoded} wrote; null if malformed. */
  static AttachTarget decode(ByteBuffer in) {
    List<String> texts = new ArrayList<>();
    for (int count = in.getShort() & 0xffff; count > 0; count--) {
      int length = in.remaining() < COUNT_LENGTH ? -1 : in.getShort() & 0xffff;
      if (length < 0 || length > in.remaining()) {
        return null;
      }
      byte[] bytes = new byte[length];
      in.get(bytes);
      texts.add(new String(bytes, StandardCharsets.UTF_8));
    }
    return texts.isEmpty()
        ? null
        : new AttachTarget(texts.getFirst(), texts.subList(1, texts.size()));
  }
}
