package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * ATTACH: the client binds a link to a lane of its session.
 *
 * @param session 128 random bits chosen by the client; secret
 * @param predecessor the client's previous session, whose lease it inherits; zero if none
 * @param leaseEpoch the epoch under which the session holds the lease; 0 on a first attach
 * @param lane the lane's number, 0 to {@code lanes} - 1
 * @param lanes the session's number of lanes, 1 to 65535
 * @param generation counts the lane's links from 1; a higher one fences the lower ones
 * @param access the access wanted
 * @param takeOver whether to evict another client that holds the export
 * @param export the export's name
 * @param client the client's name, shown in status and logs
 * @param extensions optional parameters
 */
public record Attach(
    UUID session,
    UUID predecessor,
    long leaseEpoch,
    int lane,
    int lanes,
    long generation,
    Access access,
    boolean takeOver,
    String export,
    String client,
    Extensions extensions) {

  /** Extension: the store identity that the client has pinned; 16 bytes, critical. */
  public static final int PINNED_IDENTITY = Extensions.CRITICAL | 1;

  /**
   * Extension: the latest store freshness that the client knows; a non-negative 64-bit number. See
   * {@link Attached#STORE_FRESHNESS}.
   */
  public static final int KNOWN_FRESHNESS = 3;

  /** The session id that means "none". */
  public static final UUID NO_SESSION = new UUID(0, 0);

  private static final int FIXED = 16 + 16 + 8 + 2 + 2 + 8 + 1 + 1;
  private static final int TAKE_OVER = 1;

  /** Encodes the value of {@link #PINNED_IDENTITY}. */
  public static byte[] identityBytes(UUID identity) {
    return WireFields.uuidBytes(identity);
  }

  /** Encodes the value of {@link #KNOWN_FRESHNESS}. */
  public static byte[] freshnessBytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /**
   * The latest store freshness that the client knows; 0 if it knows none.
   *
   * @throws MalformedException if the extension is present but not a non-negative 64-bit number
   */
  public long knownFreshness() throws MalformedException {
    byte[] value = extensions.get(KNOWN_FRESHNESS);
    if (value == null) {
      return 0;
    }
    if (value.length != Long.BYTES || value[0] < 0) {
      throw new MalformedException(
          "known freshness of %d bytes (expected: 8 bytes, not negative)".formatted(value.length));
    }
    return ByteBuffer.wrap(value).getLong();
  }

  /**
   * The store identity that the client has pinned, or null.
   *
   * @throws MalformedException if the extension is present but not 16 bytes long
   */
  public UUID pinnedIdentity() throws MalformedException {
    byte[] value = extensions.get(PINNED_IDENTITY);
    if (value == null) {
      return null;
    }
    if (value.length != 16) {
      throw new MalformedException(
          "pinned identity of %d bytes (expected: 16)".formatted(value.length));
    }
    return WireFields.uuidOf(value);
  }

  /** Appends the message as the payload of an ATTACH frame. */
  public void encode(ByteBuf out) {
    WireFields.writeUuid(out, session);
    WireFields.writeUuid(out, predecessor);
    out.writeLong(leaseEpoch).writeShort(lane).writeShort(lanes).writeLong(generation);
    out.writeByte(access.code()).writeByte(takeOver ? TAKE_OVER : 0);
    WireFields.writeString(out, export, Limits.MAX_NAME, "export name");
    WireFields.writeText(out, client, Limits.MAX_TEXT);
    extensions.encode(out);
  }

  /** Reads the payload of an ATTACH frame. */
  public static Attach decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, FIXED, "attach");
    return new Attach(
        WireFields.readUuid(in),
        WireFields.readUuid(in),
        in.readLong(),
        in.readUnsignedShort(),
        in.readUnsignedShort(),
        in.readLong(),
        Access.of(in.readUnsignedByte()),
        (in.readUnsignedByte() & TAKE_OVER) != 0,
        WireFields.readString(in, Limits.MAX_NAME, "export name"),
        WireFields.readString(in, Limits.MAX_TEXT, "client name"),
        Extensions.decode(in));
  }
}
