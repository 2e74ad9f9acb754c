package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An NBD client that speaks extended headers, which libnbd and qemu of older distributions do not.
 * Numbers and layouts are those of the NBD specification ({@code doc/proto.md}).
 */
public final class ExtendedNbd implements AutoCloseable {
  /** A command. */
  public static final int BLOCK_STATUS = 7;

  /** The flag that every write has with extended headers. */
  public static final int PAYLOAD_LEN = 1 << 5;

  /** A chunk of data: its offset in 8 bytes, then the data. */
  public static final int OFFSET_DATA = 1;

  /** A chunk that is zeroes: its offset in 8 bytes, its length in 4. */
  public static final int OFFSET_HOLE = 2;

  /** A chunk of extents: context and count in 4 bytes each, then pairs of 8 bytes each. */
  public static final int BLOCK_STATUS_EXT = 6;

  /** A chunk that says what went wrong: errno in 4 bytes, length of a text in 2, the text. */
  public static final int ERROR = 0x8001;

  private static final int OPT_SET_META_CONTEXT = 10;
  private static final int OPT_EXTENDED_HEADERS = 11;
  private static final int REP_ACK = 1;
  private static final int REP_META_CONTEXT = 4;
  private static final int REQUEST_MAGIC = 0x21e41c71;
  private static final int REPLY_MAGIC = 0x6e8a278c;
  private static final int DONE = 1;

  private final RawNbd nbd;

  private ExtendedNbd(RawNbd nbd) {
    this.nbd = nbd;
  }

  /**
   * A chunk of a reply.
   *
   * @param type what it is
   * @param payload what it holds
   */
  public record Chunk(int type, ByteBuffer payload) {}

  /** Connects and goes into transmission, with the context base:allocation. */
  public static ExtendedNbd transmitting(Path socket) throws EOFException {
    RawNbd nbd = RawNbd.haggling(socket);
    nbd.option(OPT_EXTENDED_HEADERS, new byte[0]);
    assertEquals(REP_ACK, nbd.optionReply(OPT_EXTENDED_HEADERS), "reply to extended headers");
    byte[] context = "base:allocation".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer query = ByteBuffer.allocate(12 + context.length);
    query.putInt(0).putInt(1).putInt(context.length).put(context);
    nbd.option(OPT_SET_META_CONTEXT, query.array());
    assertEquals(REP_META_CONTEXT, nbd.optionReply(OPT_SET_META_CONTEXT), "reply to a context");
    assertEquals(REP_ACK, nbd.optionReply(OPT_SET_META_CONTEXT), "end of the contexts");
    nbd.go();
    return new ExtendedNbd(nbd);
  }

  /** Sends a request and receives every chunk of its reply; {@code payload} may be empty. */
  public List<Chunk> request(int flags, int command, long offset, long length, byte[] payload)
      throws EOFException {
    ByteBuffer header = ByteBuffer.allocate(32).putInt(REQUEST_MAGIC);
    header.putShort((short) flags).putShort((short) command).putLong(offset ^ length);
    nbd.socket().send(header.putLong(offset).putLong(length).flip());
    nbd.payload(payload);
    List<Chunk> chunks = new ArrayList<>();
    int replyFlags;
    do {
      ByteBuffer reply = nbd.socket().receive(32);
      assertEquals(REPLY_MAGIC, reply.getInt(), "magic of an extended reply");
      replyFlags = reply.getShort();
      int type = reply.getShort() & 0xffff;
      assertEquals(offset ^ length, reply.getLong(), "cookie of a reply");
      assertEquals(offset, reply.getLong(), "offset of a reply");
      chunks.add(new Chunk(type, nbd.socket().receive((int) reply.getLong())));
    } while ((replyFlags & DONE) == 0);
    return chunks;
  }

  @Override
  public void close() {
    nbd.close();
  }
}
