package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.dst.protocol.MalformedException;

/**
 * Type-length-value parameters at the end of a message, which let later versions negotiate more.
 * Each is a 16-bit type, a 16-bit length and that many bytes. A receiver ignores unknown types,
 * unless their {@link #CRITICAL} bit is set: then it refuses the message. Immutable.
 */
public final class Extensions {
  /** The bit of a type that a receiver must not ignore. */
  public static final int CRITICAL = 0x8000;

  /** No parameters. */
  public static final Extensions NONE = new Extensions(Map.of());

  private static final int LIMIT = 64;

  private final Map<Integer, byte[]> values;

  private Extensions(Map<Integer, byte[]> values) {
    this.values = values;
  }

  /**
   * A copy with one parameter added or replaced.
   *
   * @param type 0 to 65535
   * @param value at most 65535 bytes
   * @throws IllegalArgumentException if either is out of range, or there would be too many
   */
  public Extensions with(int type, byte[] value) {
    Map<Integer, byte[]> more = new TreeMap<>(values);
    more.put(type, value.clone());
    if ((type | value.length) >>> 16 != 0 || more.size() > LIMIT) {
      throw new IllegalArgumentException(
          "extension %d of %d bytes (expected: both <= 65535, at most %d extensions)"
              .formatted(type, value.length, LIMIT));
    }
    return new Extensions(more);
  }

  /** The value of {@code type}, or null. */
  public byte[] get(int type) {
    byte[] value = values.get(type);
    return value == null ? null : value.clone();
  }

  /** The first critical type that is not in {@code known}, or -1. */
  public int firstUnknownCritical(int... known) {
    for (int type : values.keySet()) {
      if ((type & CRITICAL) != 0 && Arrays.stream(known).noneMatch(k -> k == type)) {
        return type;
      }
    }
    return -1;
  }

  void encode(ByteBuf out) {
    values.forEach(
        (type, value) -> out.writeShort(type).writeShort(value.length).writeBytes(value));
  }

  /** Reads parameters up to the end of {@code in}. */
  static Extensions decode(ByteBuf in) throws MalformedException {
    if (!in.isReadable()) {
      return NONE;
    }
    Map<Integer, byte[]> values = new TreeMap<>();
    while (in.isReadable()) {
      WireFields.require(in, 4, "extension");
      int type = in.readUnsignedShort();
      int length = in.readUnsignedShort();
      WireFields.require(in, length, "extension");
      byte[] value = new byte[length];
      in.readBytes(value);
      if (values.put(type, value) != null) {
        throw new MalformedException("duplicate extension %d".formatted(type));
      }
      if (values.size() > LIMIT) {
        throw new MalformedException("more than %d extensions".formatted(LIMIT));
      }
    }
    return new Extensions(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Extensions that
        && values.keySet().equals(that.values.keySet())
        && values.entrySet().stream()
            .allMatch(e -> Arrays.equals(e.getValue(), that.values.get(e.getKey())));
  }

  @Override
  public int hashCode() {
    return values.keySet().hashCode();
  }

  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
