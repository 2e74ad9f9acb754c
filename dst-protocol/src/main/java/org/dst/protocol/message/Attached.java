package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * The server grants an attach and says what the client gets.
 *
 * @param size of the export in bytes
 * @param minBlock every offset and length is a multiple of this; a power of two, 1 to 65536
 * @param preferredBlock the size of request that is served best; a power of two, at least {@code
 *     minBlock}, at most {@link Limits#MAX_PAYLOAD}
 * @param maxPayload bytes of the largest payload of one frame, in either direction
 * @param window how many transaction ids above the watermark the server keeps
 * @param maxInFlight bytes of unanswered requests, payload or count, that a lane should not exceed
 * @param features what the store can do: bits of {@link Features}
 * @param access what the client may do
 * @param maxLanes lanes that one session may have
 * @param identity of the store
 * @param leaseEpoch under which this session holds the export; 0 for read-only
 * @param verifier of the store's volatile cache
 * @param description for people
 * @param extensions further parameters
 */
public record Attached(
    long size,
    int minBlock,
    int preferredBlock,
    int maxPayload,
    int window,
    long maxInFlight,
    int features,
    Access access,
    int maxLanes,
    UUID identity,
    long leaseEpoch,
    UUID verifier,
    String description,
    Extensions extensions) {

  /**
   * The extension that says that the size is meant, even if it is less than before: the export was
   * resized to it while the server serves it. Its value is that size.
   */
  public static final int RESIZED = 1;

  /**
   * The extension that names the latest verifier whose lifetime a planned stop has ended: all that
   * was acknowledged under it is durable. Its value is that verifier.
   */
  public static final int CLEAN_PREDECESSOR = 2;

  /**
   * The extension that tells how fresh the store is: a number that rises while it is used, and goes
   * back only if the whole store was set back, to a snapshot for instance. Its value is that
   * number.
   */
  public static final int STORE_FRESHNESS = 3;

  private static final int FIXED = 8 + 4 + 4 + 4 + 4 + 8 + 4 + 1 + 1 + 2 + 16 + 8 + 16;
  private static final int MAX_BLOCK = 1 << 16;

  /** Whether acknowledged changes may be lost with the server until a flush. */
  public boolean hasVolatileCache() {
    boolean cached = (features & (Features.FLUSH | Features.WRITE_THROUGH)) == Features.FLUSH;
    return cached && access != Access.SHARED;
  }

  /** The same, saying that its size is meant. */
  public Attached asResized() {
    return with(RESIZED, ByteBuffer.allocate(Long.BYTES).putLong(size).array());
  }

  /** The same, saying that everything which was acknowledged under that verifier is durable. */
  public Attached withCleanPredecessor(UUID ended) {
    return with(CLEAN_PREDECESSOR, WireFields.uuidBytes(ended));
  }

  /** The same, telling how fresh the store is: a number that never goes back, from 0 up. */
  public Attached withFreshness(long number) {
    return with(STORE_FRESHNESS, Attach.freshnessBytes(number));
  }

  private Attached with(int extension, byte[] value) {
    return new Attached(
        size,
        minBlock,
        preferredBlock,
        maxPayload,
        window,
        maxInFlight,
        features,
        access,
        maxLanes,
        identity,
        leaseEpoch,
        verifier,
        description,
        extensions.with(extension, value));
  }

  /** Whether it says that its size is meant. */
  public boolean isResized() {
    byte[] value = extensions.get(RESIZED);
    return value != null && value.length == Long.BYTES && ByteBuffer.wrap(value).getLong() == size;
  }

  /**
   * The latest verifier under which everything that was acknowledged is durable, because a planned
   * stop ended its lifetime; null if it tells none.
   */
  public UUID cleanPredecessor() {
    byte[] value = extensions.get(CLEAN_PREDECESSOR);
    return value == null || value.length != WireFields.UUID_BYTES ? null : WireFields.uuidOf(value);
  }

  /** How fresh the store is, from 0 up; negative if it is not told. */
  public long freshness() {
    byte[] value = extensions.get(STORE_FRESHNESS);
    return value == null || value.length != Long.BYTES ? -1 : ByteBuffer.wrap(value).getLong();
  }

  /** Appends the message as the payload of an ATTACHED frame. */
  public void encode(ByteBuf out) {
    out.writeLong(size).writeInt(minBlock).writeInt(preferredBlock).writeInt(maxPayload);
    out.writeInt(window).writeLong(maxInFlight).writeInt(features);
    out.writeByte(access.code()).writeByte(0).writeShort(maxLanes);
    WireFields.writeUuid(out, identity);
    out.writeLong(leaseEpoch);
    WireFields.writeUuid(out, verifier);
    WireFields.writeText(out, description, Limits.MAX_TEXT);
    extensions.encode(out);
  }

  /** Reads the payload of an ATTACHED frame and checks what a client relies on. */
  public static Attached decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, FIXED, "attach answer");
    long size = in.readLong();
    int minBlock = in.readInt();
    int preferredBlock = in.readInt();
    int maxPayload = in.readInt();
    int window = in.readInt();
    long maxInFlight = in.readLong();
    int features = in.readInt();
    Access access = Access.of(in.readUnsignedByte());
    in.skipBytes(1);
    Attached attached =
        new Attached(
            size,
            minBlock,
            preferredBlock,
            maxPayload,
            window,
            maxInFlight,
            features,
            access,
            in.readUnsignedShort(),
            WireFields.readUuid(in),
            in.readLong(),
            WireFields.readUuid(in),
            WireFields.readString(in, Limits.MAX_TEXT, "description"),
            Extensions.decode(in));
    attached.check();
    return attached;
  }

  private void check() throws MalformedException {
    require(size >= 0, "size", size);
    require(Integer.bitCount(minBlock) == 1 && minBlock <= MAX_BLOCK, "minimum block", minBlock);
    require(Integer.bitCount(preferredBlock) == 1, "preferred block", preferredBlock);
    require(
        preferredBlock >= minBlock && preferredBlock <= Limits.MAX_PAYLOAD,
        "preferred block",
        preferredBlock);
    require(maxPayload >= MAX_BLOCK && maxPayload <= Limits.MAX_PAYLOAD, "payload", maxPayload);
    require(maxPayload % minBlock == 0, "payload", maxPayload);
    require(window >= 1, "window", window);
    require(maxInFlight >= maxPayload, "bytes in flight", maxInFlight);
    require(maxLanes >= 1, "lanes", maxLanes);
  }

  private static void require(boolean holds, String what, long value) throws MalformedException {
    if (!holds) {
      throw new MalformedException("attach answer with impossible %s: %d".formatted(what, value));
    }
  }
}
