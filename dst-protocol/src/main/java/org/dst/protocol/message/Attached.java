package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * ATTACHED: the server grants an attach and describes the export.
 *
 * @param size of the export in bytes
 * @param minBlock minimum block size: every offset and length is a multiple of it; a power of two,
 *     1 to 65536
 * @param preferredBlock preferred block size; a power of two, at least {@code minBlock}, at most
 *     {@link Limits#MAX_PAYLOAD}
 * @param maxPayload largest payload of a frame, in bytes, in either direction
 * @param window number of transaction ids above the watermark that the server tracks
 * @param maxInFlight limit on the bytes of a lane's unanswered requests, payload or count
 * @param features bits of {@link Features}
 * @param access the access granted
 * @param maxLanes limit on the lanes of a session
 * @param identity identity of the store
 * @param leaseEpoch the epoch under which this session holds the lease; 0 for read-only
 * @param verifier verifier of the store's volatile cache
 * @param description human-readable description of the export
 * @param extensions optional parameters
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
   * Extension: the size is intended even if it is smaller than before, because the export was
   * resized while it is served. Its value repeats the size.
   */
  public static final int RESIZED = 1;

  /**
   * Extension: the last verifier that ended with a clean shutdown; everything acknowledged under it
   * is durable. Its value is that verifier.
   */
  public static final int CLEAN_PREDECESSOR = 2;

  /**
   * Extension: the store's freshness, a number that rises while the store is used. It falls only if
   * the whole store is rolled back, to a snapshot for instance.
   */
  public static final int STORE_FRESHNESS = 3;

  private static final int FIXED = 8 + 4 + 4 + 4 + 4 + 8 + 4 + 1 + 1 + 2 + 16 + 8 + 16;
  private static final int MAX_BLOCK = 1 << 16;

  /** Whether a server crash may lose changes that were acknowledged but not flushed. */
  public boolean hasVolatileCache() {
    boolean cached = (features & (Features.FLUSH | Features.WRITE_THROUGH)) == Features.FLUSH;
    return cached && access != Access.SHARED;
  }

  /** A copy that marks its size as intended. */
  public Attached asResized() {
    return with(RESIZED, ByteBuffer.allocate(Long.BYTES).putLong(size).array());
  }

  /** A copy that says everything acknowledged under the verifier {@code ended} is durable. */
  public Attached withCleanPredecessor(UUID ended) {
    return with(CLEAN_PREDECESSOR, WireFields.uuidBytes(ended));
  }

  /** A copy with the store's freshness, 0 or more. */
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

  /** Whether the size is marked as intended. */
  public boolean isResized() {
    byte[] value = extensions.get(RESIZED);
    return value != null && value.length == Long.BYTES && ByteBuffer.wrap(value).getLong() == size;
  }

  /**
   * The last verifier that ended with a clean shutdown, so that everything acknowledged under it is
   * durable; null if there is none.
   */
  public UUID cleanPredecessor() {
    byte[] value = extensions.get(CLEAN_PREDECESSOR);
    return value == null || value.length != WireFields.UUID_BYTES ? null : WireFields.uuidOf(value);
  }

  /** The store's freshness, 0 or more; -1 if the server did not send one. */
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

  /** Reads the payload of an ATTACHED frame and validates what a client relies on. */
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
      throw new MalformedException("attach answer with invalid %s: %d".formatted(what, value));
    }
  }
}
