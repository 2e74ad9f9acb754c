package org.dst.client.nbd.negotiation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.negotiation.NbdNegotiation.State;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.client.nbd.wire.MetaContext;
import org.dst.protocol.MalformedException;
import org.dst.protocol.message.Features;

/** Answers one option after the other and remembers what they agreed on. */
final class OptionHandler {
  private static final int RESERVED_ZEROES = 124;

  private final Supplier<DeviceInfo> info;
  private final BooleanSupplier shuttingDown;
  private boolean noZeroes;
  private HeaderFormat format = HeaderFormat.SIMPLE;
  private boolean metaContext;

  OptionHandler(Supplier<DeviceInfo> info, BooleanSupplier shuttingDown) {
    this.info = info;
    this.shuttingDown = shuttingDown;
  }

  HeaderFormat format() {
    return format;
  }

  boolean metaContext() {
    return metaContext;
  }

  /** Whether the reply to EXPORT_NAME goes without the reserved zeroes. */
  void noZeroes(boolean noZeroes) {
    this.noZeroes = noZeroes;
  }

  /**
   * Answers an option whose data is complete.
   *
   * @throws MalformedException if the session is to be ended without an answer
   */
  State handle(int code, ByteBuf data, ByteBuf out) throws MalformedException {
    NbdOption option = NbdOption.of(code);
    if (option == NbdOption.ABORT) {
      OptionReply.ack(out, code);
      return State.CLOSED;
    }
    if (option == NbdOption.EXPORT_NAME) {
      return exportName(data, out);
    }
    if (shuttingDown.getAsBoolean()) {
      return refuse(out, code, OptionReply.ERR_SHUTDOWN, "the server is shutting down");
    }
    if (option == null) {
      return refuse(out, code, OptionReply.ERR_UNSUP, "option " + code + " is not known");
    }
    try {
      return dispatch(option, data, out);
    } catch (MalformedException malformed) {
      return refuse(out, code, OptionReply.ERR_INVALID, malformed.getMessage());
    }
  }

  /** Answers an option whose data was too long and has been skipped. */
  State tooBig(int code, ByteBuf out) {
    if (code == NbdOption.ABORT.code()) {
      OptionReply.ack(out, code);
      return State.CLOSED;
    }
    if (NbdOption.of(code) == null) {
      return refuse(out, code, OptionReply.ERR_UNSUP, "option " + code + " is not known");
    }
    if (code == NbdOption.SET_META_CONTEXT.code()) {
      metaContext = false;
    }
    return refuse(out, code, OptionReply.ERR_TOO_BIG, "more than 65536 bytes of data");
  }

  private State dispatch(NbdOption option, ByteBuf data, ByteBuf out) throws MalformedException {
    if (!option.hasData() && data.isReadable()) {
      throw new MalformedException(data.readableBytes() + " bytes of data (expected: none)");
    }
    return switch (option) {
      case LIST -> list(out);
      case STARTTLS -> startTls(out);
      case INFO, GO -> info(option, OptionData.infoRequest(data), out);
      case STRUCTURED_REPLY -> structuredReply(out);
      case EXTENDED_HEADERS -> extendedHeaders(out);
      case LIST_META_CONTEXT -> listMetaContext(OptionData.metaQuery(data), out);
      case SET_META_CONTEXT -> setMetaContext(data, out);
      case EXPORT_NAME, ABORT -> throw new AssertionError(option + " is handled before");
    };
  }

  private State exportName(ByteBuf data, ByteBuf out) throws MalformedException {
    if (shuttingDown.getAsBoolean()) {
      throw new MalformedException("export asked for while shutting down");
    }
    if (format == HeaderFormat.EXTENDED) {
      throw new MalformedException("EXPORT_NAME after extended headers (expected: GO)");
    }
    String name = OptionData.text(data, data.readableBytes(), "export name");
    DeviceInfo device = info.get();
    if (!isServed(name, device)) {
      throw new MalformedException("export '" + name + "' is not served here");
    }
    out.writeLong(BlockSizes.exportSize(device))
        .writeShort(TransmissionFlags.of(device, format, metaContext));
    if (!noZeroes) {
      out.writeZero(RESERVED_ZEROES);
    }
    return State.TRANSMISSION;
  }

  private State list(ByteBuf out) {
    DeviceInfo device = info.get();
    int name = ByteBufUtil.utf8Bytes(device.name());
    int description = ByteBufUtil.utf8Bytes(device.description());
    OptionReply.head(out, NbdOption.LIST.code(), OptionReply.SERVER, 4 + name + description);
    out.writeInt(name);
    ByteBufUtil.writeUtf8(out, device.name());
    ByteBufUtil.writeUtf8(out, device.description());
    return accept(out, NbdOption.LIST);
  }

  private State startTls(ByteBuf out) {
    return refuse(
        out,
        NbdOption.STARTTLS.code(),
        OptionReply.ERR_POLICY,
        "this socket is local; TLS is not offered");
  }

  private State info(NbdOption option, OptionData.InfoRequest request, ByteBuf out) {
    DeviceInfo device = info.get();
    if (!isServed(request.name(), device)) {
      return unknown(out, option, request.name());
    }
    OptionReply.head(out, option.code(), OptionReply.INFO, 12);
    out.writeShort(InfoType.EXPORT);
    out.writeLong(BlockSizes.exportSize(device))
        .writeShort(TransmissionFlags.of(device, format, metaContext));
    if (request.infos().contains(InfoType.NAME)) {
      textInfo(out, option, InfoType.NAME, device.name());
    }
    if (request.infos().contains(InfoType.DESCRIPTION) && !device.description().isEmpty()) {
      textInfo(out, option, InfoType.DESCRIPTION, device.description());
    }
    // Also unasked: a client that did not ask may still want to know, and must ignore it if not.
    BlockSizes sizes = BlockSizes.of(device);
    OptionReply.head(out, option.code(), OptionReply.INFO, 14);
    out.writeShort(InfoType.BLOCK_SIZE);
    out.writeInt(sizes.minimum()).writeInt(sizes.preferred()).writeInt(sizes.maximum());
    OptionReply.ack(out, option.code());
    return option == NbdOption.GO ? State.TRANSMISSION : State.OPTION_HEAD;
  }

  private static void textInfo(ByteBuf out, NbdOption option, int type, String text) {
    OptionReply.head(out, option.code(), OptionReply.INFO, 2 + ByteBufUtil.utf8Bytes(text));
    out.writeShort(type);
    ByteBufUtil.writeUtf8(out, text);
  }

  private State structuredReply(ByteBuf out) {
    if (format == HeaderFormat.EXTENDED) {
      return refuse(
          out,
          NbdOption.STRUCTURED_REPLY.code(),
          OptionReply.ERR_EXT_HEADER_REQD,
          "extended headers are negotiated already");
    }
    format = HeaderFormat.STRUCTURED;
    return accept(out, NbdOption.STRUCTURED_REPLY);
  }

  private State extendedHeaders(ByteBuf out) {
    format = HeaderFormat.EXTENDED;
    return accept(out, NbdOption.EXTENDED_HEADERS);
  }

  private State listMetaContext(OptionData.MetaQuery query, ByteBuf out) {
    boolean found =
        query.queries().isEmpty()
            || query.queries().stream().anyMatch(text -> MetaContext.matches(text, true));
    answerContexts(NbdOption.LIST_META_CONTEXT, query.name(), found, 0, out);
    return State.OPTION_HEAD;
  }

  private State setMetaContext(ByteBuf data, ByteBuf out) throws MalformedException {
    metaContext = false; // also if this fails
    OptionData.MetaQuery query = OptionData.metaQuery(data);
    boolean found = query.queries().stream().anyMatch(text -> MetaContext.matches(text, false));
    metaContext =
        answerContexts(
            NbdOption.SET_META_CONTEXT, query.name(), found, MetaContext.ALLOCATION_ID, out);
    return State.OPTION_HEAD;
  }

  /** Returns whether the answer contains base:allocation. */
  private boolean answerContexts(
      NbdOption option, String name, boolean found, int id, ByteBuf out) {
    if (!format.chunked()) {
      refuse(
          out,
          option.code(),
          OptionReply.ERR_INVALID,
          "metadata contexts need structured replies or extended headers first");
      return false;
    }
    DeviceInfo device = info.get();
    if (!isServed(name, device)) {
      unknown(out, option, name);
      return false;
    }
    boolean offered = found && device.has(Features.BLOCK_STATUS);
    if (offered) {
      OptionReply.head(
          out, option.code(), OptionReply.META_CONTEXT, 4 + MetaContext.ALLOCATION.length());
      out.writeInt(id);
      ByteBufUtil.writeAscii(out, MetaContext.ALLOCATION);
    }
    accept(out, option);
    return offered;
  }

  private static State unknown(ByteBuf out, NbdOption option, String name) {
    // A name may have 4096 bytes, and so may a message.
    String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
    return refuse(
        out,
        option.code(),
        OptionReply.ERR_UNKNOWN,
        "export '" + shown + "' is not served here; the empty name is the default export");
  }

  private static State accept(ByteBuf out, NbdOption option) {
    OptionReply.ack(out, option.code());
    return State.OPTION_HEAD;
  }

  private static State refuse(ByteBuf out, int option, int type, String text) {
    OptionReply.error(out, option, type, text);
    return State.OPTION_HEAD;
  }

  private static boolean isServed(String name, DeviceInfo device) {
    return name.isEmpty() || name.equals(device.name());
  }
}
