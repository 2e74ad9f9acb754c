package org.dst.client.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.dst.client.device.BlockRequest;
import org.dst.client.nbd.wire.CommandFlags;
import org.dst.client.nbd.wire.ExtentChunk;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.client.nbd.wire.NbdCommand;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/**
 * One request of an NBD client, pooled by its connection.
 *
 * <pre>
 *   0  magic          (4)
 *   4  command flags  (2)
 *   6  type           (2)
 *   8  cookie         (8)
 *  16  offset         (8)
 *  24  length         (4, extended: 8)
 * </pre>
 */
final class NbdRequest extends BlockRequest {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private final NbdTransmission owner;
  private final EventExecutor loop;
  private NbdCommand command;
  private int commandFlags;
  private long cookie;
  private long offset;
  private long length;
  private ByteBuf payload;

  /** Why this request is not submitted; null if it is. */
  RequestError error;

  /** Whether it counts as in flight; {@link ConnectionQuota}'s. */
  boolean admitted;

  /** Bytes that it holds of the shared budget; {@link ConnectionQuota}'s. */
  long charge;

  /** The next free request of the owner's pool. */
  NbdRequest next;

  NbdRequest(NbdTransmission owner, EventExecutor loop) {
    this.owner = owner;
    this.loop = loop;
  }

  /**
   * Takes over a request's header.
   *
   * @throws MalformedException if its magic is not that of the format
   */
  void read(byte[] header, HeaderFormat format) throws MalformedException {
    int magic = (int) INT.get(header, 0);
    if (magic != format.requestMagic()) {
      throw new MalformedException(
          "request magic 0x%08x (expected: 0x%08x)".formatted(magic, format.requestMagic()));
    }
    commandFlags = (short) SHORT.get(header, 4) & 0xffff;
    command = NbdCommand.of((short) SHORT.get(header, 6) & 0xffff);
    cookie = (long) LONG.get(header, 8);
    offset = (long) LONG.get(header, 16);
    length =
        format == HeaderFormat.EXTENDED
            ? (long) LONG.get(header, 24)
            : Integer.toUnsignedLong((int) INT.get(header, 24));
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.BIG_ENDIAN);
  }

  /** Null if the type is unknown. */
  NbdCommand command() {
    return command;
  }

  int commandFlags() {
    return commandFlags;
  }

  long cookie() {
    return cookie;
  }

  /** The bytes that follow the header, unsigned. */
  long payloadLength(HeaderFormat format) {
    boolean carries =
        format == HeaderFormat.EXTENDED
            ? (commandFlags & CommandFlags.PAYLOAD_LEN) != 0
            : command == NbdCommand.WRITE;
    return carries ? length : 0;
  }

  /** Bytes of memory that the request and its reply need, beside the pooled objects. */
  long cost() {
    return switch (command) {
      case READ, WRITE -> length;
      case BLOCK_STATUS -> ExtentChunk.MAX_BYTES;
      case DISC, FLUSH, TRIM, CACHE, WRITE_ZEROES -> 0;
    };
  }

  /** Takes over what a WRITE carries. */
  void carry(ByteBuf payload) {
    this.payload = payload;
  }

  /** A BLOCK_STATUS whose payload told the length of the effect. */
  void effectLength(long length) {
    this.length = length;
  }

  /** Gives back what the request carries; it may be used again. */
  void recycle() {
    if (payload != null) {
      payload.release();
      payload = null;
    }
    error = null;
    assert !admitted && charge == 0;
  }

  @Override
  public Opcode opcode() {
    return command.opcode();
  }

  @Override
  public int flags() {
    return CommandFlags.toRequestFlags(command, commandFlags);
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public long count() {
    return length;
  }

  @Override
  public ByteBuf payload() {
    return payload;
  }

  @Override
  public EventExecutor loop() {
    return loop;
  }

  @Override
  public void completed(Status status, ByteBuf payload) {
    owner.completed(this, status, payload);
  }

  @Override
  public String toString() {
    return command + " cookie " + Long.toHexString(cookie) + " at " + offset + "+" + length;
  }
}
