package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/**
 * A flyweight over the 48 bytes that begin every frame. A writer fills one in and appends it to a
 * buffer; a decoder wraps the bytes it has collected. Reused for every frame of a link; not
 * thread-safe.
 *
 * <pre>
 *  0 u8  magic 0xd5      16 u64 watermark
 *  1 u8  opcode          24 u64 offset
 *  2 u16 flags           32 u64 count
 *  4 u16 status          40 u32 payload length
 *  6 u16 zero            44 u32 CRC32C of bytes 0 to 43
 *  8 u64 transaction id
 * </pre>
 */
public final class FrameHeader {
  /** Length of a header, in bytes. */
  public static final int LENGTH = 48;

  private static final byte MAGIC = (byte) 0xd5;
  private static final int CRC_AT = 44;

  private static final VarHandle U16 = view(short[].class);
  private static final VarHandle U32 = view(int[].class);
  private static final VarHandle U64 = view(long[].class);

  private final CRC32C crc = new CRC32C();
  private byte[] bytes;

  /** A header with its own array. */
  public FrameHeader() {
    this(new byte[LENGTH]);
  }

  /** A view of {@code bytes}, {@link #LENGTH} of them. */
  public FrameHeader(byte[] bytes) {
    this.bytes = bytes;
  }

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
  }

  /** Points this view at other bytes. */
  FrameHeader wrap(byte[] bytes) {
    this.bytes = bytes;
    return this;
  }

  /** Starts a header; every other field is zero. */
  public FrameHeader start(Opcode opcode, int flags, long id) {
    bytes[0] = MAGIC;
    bytes[1] = (byte) opcode.code();
    U16.set(bytes, 2, (short) flags);
    U32.set(bytes, 4, 0);
    U64.set(bytes, 8, id);
    U64.set(bytes, 16, 0L);
    U64.set(bytes, 24, 0L);
    U64.set(bytes, 32, 0L);
    U32.set(bytes, 40, 0);
    return this;
  }

  /** Sets how the request ended. */
  public FrameHeader status(Status status) {
    U16.set(bytes, 4, (short) status.code());
    return this;
  }

  /** Sets the watermark: the sender's lowest unacknowledged transaction id. */
  public FrameHeader watermark(long watermark) {
    U64.set(bytes, 16, watermark);
    return this;
  }

  /** Sets the range, in bytes. */
  public FrameHeader range(long offset, long count) {
    U64.set(bytes, 24, offset);
    U64.set(bytes, 32, count);
    return this;
  }

  /** Fills in payload length and checksum and appends the header to {@code out}. */
  public void write(ByteBuf out, int payloadLength) {
    U32.set(bytes, 40, payloadLength);
    U32.set(bytes, CRC_AT, checksum());
    out.writeBytes(bytes, 0, LENGTH);
  }

  /**
   * Checks magic, checksum and reserved bits of a received header.
   *
   * @throws MalformedException if it is damaged or not a header
   */
  public void check() throws MalformedException {
    if (bytes[0] != MAGIC) {
      throw new MalformedException(
          "frame starts with 0x%02x (expected: 0xd5)".formatted(bytes[0] & 0xff));
    }
    int expected = checksum();
    int found = (int) U32.get(bytes, CRC_AT);
    if (found != expected) {
      throw new MalformedException(
          "frame header checksum 0x%08x (expected: 0x%08x)".formatted(found, expected));
    }
    if ((short) U16.get(bytes, 6) != 0) {
      throw new MalformedException("frame header has reserved bits set");
    }
  }

  private int checksum() {
    crc.reset();
    crc.update(bytes, 0, CRC_AT);
    return (int) crc.getValue();
  }

  /** The opcode, or null if this version does not know its code. */
  public Opcode opcode() {
    return Opcode.of(bytes[1]);
  }

  /** The opcode's number, 0 to 255. */
  public int opcodeCode() {
    return bytes[1] & 0xff;
  }

  /** The flags, 16 bits. */
  public int flags() {
    return (short) U16.get(bytes, 2) & 0xffff;
  }

  /** How the request ended; meaningful in replies. */
  public Status status() {
    return Status.of((short) U16.get(bytes, 4) & 0xffff);
  }

  /** The transaction id. */
  public long id() {
    return (long) U64.get(bytes, 8);
  }

  /** The watermark: the sender's lowest unacknowledged transaction id. */
  public long watermark() {
    return (long) U64.get(bytes, 16);
  }

  /** The first byte of the range. */
  public long offset() {
    return (long) U64.get(bytes, 24);
  }

  /** The length of the range in bytes. */
  public long count() {
    return (long) U64.get(bytes, 32);
  }

  /** The payload's length in bytes, without its checksum; never negative. */
  public long payloadLength() {
    return Integer.toUnsignedLong((int) U32.get(bytes, 40));
  }

  @Override
  public String toString() {
    Opcode opcode = opcode();
    return "%s id=%d flags=0x%x status=%s offset=%d count=%d payload=%d"
        .formatted(
            opcode == null ? "opcode " + opcodeCode() : opcode,
            id(),
            flags(),
            status(),
            offset(),
            count(),
            payloadLength());
  }
}
