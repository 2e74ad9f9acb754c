package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.dst.protocol.Access;
import org.dst.protocol.Extent;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;

/** One of every message, for tests. */
public final class Samples {
  static final Extensions EXTENSIONS =
      Extensions.NONE.with(9, new byte[] {1, 2, 3}).with(0x7000, new byte[0]);

  public static final ClientOpening CLIENT_OPENING =
      new ClientOpening(
          1, 3, SecurityMode.PSK, List.of("aes256-gcm"), List.of("crc32c", "none"), EXTENSIONS);
  public static final ServerOpening SERVER_OPENING =
      new ServerOpening(
          RefusalCode.NONE, 1, SecurityMode.PSK, "aes256-gcm", "crc32c", "", EXTENSIONS);
  public static final ServerOpening REFUSED_OPENING =
      ServerOpening.refuse(RefusalCode.SECURITY_MODE, SecurityMode.KEYS, "server requires keys");
  public static final Attach ATTACH =
      new Attach(
          new UUID(1, 2),
          new UUID(3, 4),
          5,
          6,
          7,
          8,
          Access.SHARED,
          true,
          "übung",
          "client",
          EXTENSIONS.with(Attach.PINNED_IDENTITY, new byte[16]));
  public static final Attached ATTACHED =
      new Attached(
          1L << 40,
          512,
          4096,
          1 << 20,
          1024,
          16 << 20,
          Features.FLUSH | Features.FUA,
          Access.READ_WRITE,
          8,
          new UUID(5, 6),
          9,
          new UUID(7, 8),
          "a disk",
          EXTENSIONS);
  public static final Refused REFUSED =
      new Refused(RefusalCode.BUSY, "held by other since noon", EXTENSIONS);
  public static final Listing LISTING =
      new Listing(
          List.of(
              new Listing.Entry("one", "the first", 1 << 30, Access.READ_ONLY),
              new Listing.Entry("two", "", 0, Access.READ_WRITE)),
          true);

  private static final HandshakeMessage HANDSHAKE_REFUSAL =
      new HandshakeMessage.Refusal(RefusalCode.NOT_ALLOWED, "the key does not match");

  private Samples() {}

  /** A way to read a message; whatever it returns equals what was written. */
  interface Decoder {
    Object decode(ByteBuf in) throws MalformedException;
  }

  /** A message and how it is written and read. */
  record Sample(String name, Object message, Consumer<ByteBuf> encoder, Decoder decoder) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Sample> all() {
    return List.of(
        sample("client opening", CLIENT_OPENING, CLIENT_OPENING::encode, Samples::client),
        sample("server opening", SERVER_OPENING, SERVER_OPENING::encode, Samples::server),
        sample("refused opening", REFUSED_OPENING, REFUSED_OPENING::encode, Samples::server),
        sample(
            "handshake refusal", HANDSHAKE_REFUSAL, HANDSHAKE_REFUSAL::encode, Samples::handshake),
        sample("attach", ATTACH, ATTACH::encode, Attach::decode),
        sample("attached", ATTACHED, ATTACHED::encode, Attached::decode),
        sample("refused", REFUSED, REFUSED::encode, Refused::decode),
        sample("listing", LISTING, LISTING::encode, Listing::decode),
        notice(new Notice.Resized(1L << 50)),
        notice(new Notice.GoingAway("maintenance")),
        notice(new Notice.Freshness(1L << 50)),
        notice(new Notice.Unknown(77)),
        sample(
            "extents",
            List.of(new Extent(4096, Extent.HOLE | Extent.ZERO), new Extent(1L << 40, 0)),
            out -> {
              new Extent(4096, 3).encode(out);
              new Extent(1L << 40, 0).encode(out);
            },
            Extent::decodeAll));
  }

  private static Sample notice(Notice notice) {
    return sample(notice.toString(), notice, notice::encode, Notice::decode);
  }

  private static Sample sample(
      String name, Object message, Consumer<ByteBuf> encoder, Decoder decoder) {
    return new Sample(name, message, encoder, decoder);
  }

  private static ClientOpening client(ByteBuf in) throws MalformedException {
    return ClientOpening.decode(body(in));
  }

  private static ServerOpening server(ByteBuf in) throws MalformedException {
    return ServerOpening.decode(body(in));
  }

  private static HandshakeMessage handshake(ByteBuf in) throws MalformedException {
    WireFields.require(in, HandshakeMessage.HEADER_LENGTH, "handshake header");
    byte[] header = new byte[HandshakeMessage.HEADER_LENGTH];
    in.readBytes(header);
    int length = HandshakeMessage.length(header);
    WireFields.require(in, length, "handshake message");
    HandshakeMessage message = HandshakeMessage.decode(header, in.readSlice(length));
    WireFields.requireEnd(in, "handshake message");
    return message;
  }

  /** Takes an opening's header off, as a decoder does. */
  private static ByteBuf body(ByteBuf in) throws MalformedException {
    WireFields.require(in, OpeningHeader.LENGTH, "opening header");
    byte[] header = new byte[OpeningHeader.LENGTH];
    in.readBytes(header);
    int length = OpeningHeader.read(header);
    WireFields.require(in, length, "opening");
    ByteBuf body = in.readSlice(length);
    WireFields.requireEnd(in, "opening");
    return body;
  }
}
