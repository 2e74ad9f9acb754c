package org.dst.client.nbd.negotiation;

import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.protocol.MalformedException;

/**
 * Option haggling of one connection, fixed newstyle: takes the client's bytes and appends the
 * answers; knows no sockets. Not for concurrent use.
 *
 * <pre>
 *   server: NBDMAGIC (8)  IHAVEOPT (8)  handshake flags (2)
 *   client: client flags (4)
 *   client, repeatedly: IHAVEOPT (8)  option (4)  length (4)  data
 * </pre>
 */
public final class NbdNegotiation {
  /** Where the haggling stands. */
  public enum State {
    /** The client's flags are awaited. */
    CLIENT_FLAGS,
    /** The head of an option is awaited. */
    OPTION_HEAD,
    /** The data of an option is awaited. */
    OPTION_DATA,
    /** The data of an option that is too long is thrown away. */
    SKIPPING,
    /** Transmission begins with the next byte. Terminal. */
    TRANSMISSION,
    /** The connection is to be closed when the answers have left. Terminal. */
    CLOSED
  }

  public static final long INIT_PASSWD = 0x4e42444d41474943L;
  public static final long IHAVEOPT = 0x49484156454f5054L;
  public static final int FLAG_FIXED_NEWSTYLE = 1;
  public static final int FLAG_NO_ZEROES = 1 << 1;

  /** The longest data of an option that is looked at; longer is answered TOO_BIG. */
  public static final int MAX_OPTION_DATA = 64 << 10;

  /** Options of one connection; a client that sends more is cut off. */
  public static final int MAX_OPTIONS = 1024;

  private static final int KNOWN_CLIENT_FLAGS = FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES;

  private final OptionHandler handler;
  private State state = State.CLIENT_FLAGS;
  private boolean fixedNewstyle;
  private int option;
  private int options;

  /** Bytes of the current option's data that are still to come or to be skipped. */
  private long length;

  private String closeReason;

  /**
   * A negotiation that has not begun.
   *
   * @param info asked whenever a client wants to know
   * @param shuttingDown asked for each option; if true it is refused
   */
  public NbdNegotiation(Supplier<DeviceInfo> info, BooleanSupplier shuttingDown) {
    handler = new OptionHandler(info, shuttingDown);
  }

  /** Appends what the server says first. */
  public void greet(ByteBuf out) {
    out.writeLong(INIT_PASSWD).writeLong(IHAVEOPT).writeShort(FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES);
  }

  /** Consumes what is complete of the client's bytes and appends the answers. */
  public State receive(ByteBuf in, ByteBuf out) {
    while (step(in, out)) {
      // each step consumes bytes or ends an option
    }
    return state;
  }

  /** What was negotiated, once the state is TRANSMISSION. */
  public HeaderFormat format() {
    return handler.format();
  }

  /** Whether base:allocation is selected, once the state is TRANSMISSION. */
  public boolean metaContext() {
    return handler.metaContext();
  }

  /** Why the state is CLOSED, for the log; null if the client asked for it. */
  public String closeReason() {
    return closeReason;
  }

  private boolean step(ByteBuf in, ByteBuf out) {
    return switch (state) {
      case CLIENT_FLAGS -> in.readableBytes() >= 4 && readClientFlags(in);
      case OPTION_HEAD -> in.readableBytes() >= 16 && readHead(in);
      case OPTION_DATA -> in.readableBytes() >= length && readData(in, out);
      case SKIPPING -> skip(in, out);
      case TRANSMISSION, CLOSED -> false;
    };
  }

  private boolean readClientFlags(ByteBuf in) {
    int flags = in.readInt();
    if ((flags & ~KNOWN_CLIENT_FLAGS) != 0) {
      return close("client flags 0x" + Integer.toHexString(flags) + " (expected: <= 0x3)");
    }
    fixedNewstyle = (flags & FLAG_FIXED_NEWSTYLE) != 0;
    handler.noZeroes((flags & FLAG_NO_ZEROES) != 0);
    state = State.OPTION_HEAD;
    return true;
  }

  private boolean readHead(ByteBuf in) {
    long magic = in.readLong();
    if (magic != IHAVEOPT) {
      return close("option magic 0x" + Long.toHexString(magic) + " (expected: IHAVEOPT)");
    }
    option = in.readInt();
    length = in.readUnsignedInt();
    boolean exportName = option == NbdOption.EXPORT_NAME.code();
    if (++options > MAX_OPTIONS) {
      return close("more than " + MAX_OPTIONS + " options");
    }
    if (!fixedNewstyle && !exportName) {
      return close("option " + option + " from a client without fixed newstyle");
    }
    if (length > MAX_OPTION_DATA && exportName) {
      return close("export name of " + length + " bytes (expected: <= 4096)");
    }
    state = length > MAX_OPTION_DATA ? State.SKIPPING : State.OPTION_DATA;
    return true;
  }

  private boolean readData(ByteBuf in, ByteBuf out) {
    ByteBuf data = in.readSlice((int) length);
    try {
      state = handler.handle(option, data, out);
      return true;
    } catch (MalformedException malformed) {
      return close(malformed.getMessage());
    }
  }

  private boolean skip(ByteBuf in, ByteBuf out) {
    int piece = (int) Math.min(length, in.readableBytes());
    in.skipBytes(piece);
    length -= piece;
    if (length > 0) {
      return false;
    }
    state = handler.tooBig(option, out);
    return true;
  }

  private boolean close(String reason) {
    state = State.CLOSED;
    closeReason = reason;
    return false;
  }
}
