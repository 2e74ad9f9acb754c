package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.dst.protocol.Access;
import org.dst.protocol.Extent;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Features;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.protocol.message.ServerOpening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holds docs/protocol.md to the code: its examples are what is written, and can be read. */
@Timeout(30)
class ProtocolDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "protocol.md");
  private static final byte[] DATA = "0123456789abcdef".getBytes();
  private static final UUID IDENTITY = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

  private static final ClientOpening CLIENT_OPENING =
      new ClientOpening(
          1, 1, SecurityMode.PLAIN, List.of(), List.of("crc32c", "none"), Extensions.NONE);
  private static final ServerOpening SERVER_OPENING =
      new ServerOpening(RefusalCode.NONE, 1, SecurityMode.PLAIN, "", "crc32c", "", Extensions.NONE);
  private static final ServerOpening REFUSED_OPENING =
      ServerOpening.refuse(
          RefusalCode.SECURITY_MODE, SecurityMode.PSK, "server requires psk; client offered plain");
  private static final ClientOpening PSK_CLIENT_OPENING =
      new ClientOpening(
          1,
          1,
          SecurityMode.PSK,
          List.of("aes-256-gcm", "chacha20-poly1305"),
          List.of("crc32c"),
          Extensions.NONE);
  private static final ServerOpening PSK_SERVER_OPENING =
      new ServerOpening(
          RefusalCode.NONE,
          1,
          SecurityMode.PSK,
          "aes-256-gcm",
          "crc32c",
          "",
          Extensions.NONE.with(
              ServerOpening.FRESHNESS,
              ByteBufUtil.decodeHexDump("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")));

  /** What Noise makes of the example's keys; dst-crypto checks that it does. */
  private static final HandshakeMessage FIRST =
      noise(
          "79a631eede1bf9c98f12032cdeadd0e7a079398fc786b88cc846ec89af85a51a",
          "375ef92a4fb12fc61b693d97c851894a");

  private static final HandshakeMessage SECOND =
      noise(
          "675dd574ed7789310b3d2e7681f3790b466c773b1521fecf36577958371ea52f",
          "d121eebab669ffc8bc513c2b4998b470");
  private static final HandshakeMessage HANDSHAKE_REFUSAL =
      new HandshakeMessage.Refusal(RefusalCode.NOT_ALLOWED, "the key does not match");
  private static final Attach ATTACH =
      new Attach(
          UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
          Attach.NO_SESSION,
          0,
          0,
          1,
          1,
          Access.READ_WRITE,
          false,
          "disk",
          "node7",
          Extensions.NONE.with(
              Attach.PINNED_IDENTITY,
              ByteBufUtil.decodeHexDump(IDENTITY.toString().replace("-", ""))));
  private static final Attached ATTACHED =
      new Attached(
          1 << 30,
          512,
          4096,
          1 << 20,
          1024,
          16 << 20,
          Features.ROTATIONAL - 1,
          Access.READ_WRITE,
          8,
          IDENTITY,
          1,
          UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
          "scratch",
          Extensions.NONE);
  private static final Refused REFUSED =
      new Refused(RefusalCode.BUSY, "held by node3", Extensions.NONE);
  private static final Listing LISTING =
      new Listing(List.of(new Listing.Entry("disk", "scratch", 1 << 30, Access.READ_WRITE)), true);

  private static HandshakeMessage noise(String ephemeral, String tag) {
    return new HandshakeMessage.Noise(ByteBufUtil.decodeHexDump(ephemeral + tag));
  }

  /** What the document shows, by name. */
  private static Map<String, byte[]> documented() throws IOException {
    Map<String, StringBuilder> blocks = new TreeMap<>();
    StringBuilder block = null;
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("```hex ")) {
        block = new StringBuilder();
        assertEquals(null, blocks.put(line.substring(7), block), line + " comes twice");
      } else if (line.startsWith("```")) {
        block = null;
      } else if (block != null) {
        block.append(line.split(" {3}", 2)[0].replace(" ", ""));
      }
    }
    Map<String, byte[]> bytes = new TreeMap<>();
    blocks.forEach((name, hex) -> bytes.put(name, ByteBufUtil.decodeHexDump(hex)));
    return bytes;
  }

  /** What the code writes, by name. */
  private static Map<String, byte[]> written() {
    FrameHeader header = new FrameHeader();
    Map<String, byte[]> examples = new TreeMap<>();
    examples.put("client-opening", bytes(CLIENT_OPENING::encode));
    examples.put("server-opening", bytes(SERVER_OPENING::encode));
    examples.put("refused-opening", bytes(REFUSED_OPENING::encode));
    examples.put("psk-client-opening", bytes(PSK_CLIENT_OPENING::encode));
    examples.put("psk-server-opening", bytes(PSK_SERVER_OPENING::encode));
    examples.put("handshake-1", bytes(FIRST::encode));
    examples.put("handshake-2", bytes(SECOND::encode));
    examples.put("handshake-refusal", bytes(HANDSHAKE_REFUSAL::encode));
    examples.put("attach", frame(header.start(Opcode.ATTACH, 0, 0), ATTACH::encode));
    examples.put("attached", frame(header.start(Opcode.ATTACHED, 0, 0), ATTACHED::encode));
    examples.put("refused", frame(header.start(Opcode.REFUSED, 0, 0), REFUSED::encode));
    examples.put("list", frame(header.start(Opcode.LIST, 0, 0), out -> {}));
    examples.put("listing", frame(header.start(Opcode.LISTING, 0, 0), LISTING::encode));
    header.start(Opcode.WRITE, RequestFlags.FUA, 42).watermark(40).range(4096, 16);
    examples.put("write", frame(header, out -> out.writeBytes(DATA)));
    header.start(Opcode.REPLY, 0, 42).status(Status.OK);
    examples.put("write-reply", frame(header, out -> {}));
    header.start(Opcode.READ, 0, 43).watermark(40).range(4096, 16);
    examples.put("read", frame(header, out -> {}));
    header.start(Opcode.REPLY, 0, 43).status(Status.OK);
    examples.put("read-reply", frame(header, out -> out.writeBytes(DATA)));
    header.start(Opcode.REPLY, 0, 44);
    examples.put(
        "block-status-reply",
        frame(
            header,
            out -> {
              new Extent(65536, 0).encode(out);
              new Extent(1 << 20, Extent.HOLE | Extent.ZERO).encode(out);
            }));
    header.start(Opcode.PING, 0, 7).range(123_456_789, 0);
    examples.put("ping", frame(header, out -> {}));
    header.start(Opcode.NOTICE, 0, 0);
    examples.put("notice", frame(header, new Notice.Resized(2L << 30)::encode));
    return examples;
  }

  private static byte[] bytes(Consumer<ByteBuf> encoder) {
    ByteBuf out = Unpooled.buffer();
    encoder.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] frame(FrameHeader header, Consumer<ByteBuf> payload) {
    ByteBuf frame = Frames.encode(header, bytes(payload));
    byte[] bytes = ByteBufUtil.getBytes(frame);
    frame.release();
    return bytes;
  }

  @Test
  void shouldShowWhatTheCodeWrites() throws IOException {
    Map<String, byte[]> documented = documented();
    Map<String, byte[]> written = written();
    assertEquals(written.keySet(), documented.keySet());
    written.forEach(
        (name, bytes) ->
            assertEquals(
                ByteBufUtil.hexDump(bytes), ByteBufUtil.hexDump(documented.get(name)), name));
  }

  @Test
  void shouldShowOpeningsThatCanBeRead() throws IOException {
    Map<String, byte[]> documented = documented();
    assertEquals(CLIENT_OPENING, ClientOpening.decode(body(documented.get("client-opening"))));
    assertEquals(SERVER_OPENING, ServerOpening.decode(body(documented.get("server-opening"))));
    assertEquals(REFUSED_OPENING, ServerOpening.decode(body(documented.get("refused-opening"))));
    assertEquals(
        PSK_CLIENT_OPENING, ClientOpening.decode(body(documented.get("psk-client-opening"))));
    assertEquals(
        PSK_SERVER_OPENING, ServerOpening.decode(body(documented.get("psk-server-opening"))));
    byte[] refusal = documented.get("handshake-refusal");
    assertEquals(
        HANDSHAKE_REFUSAL,
        HandshakeMessage.decode(refusal, Unpooled.wrappedBuffer(refusal, 4, refusal.length - 4)));
  }

  private static ByteBuf body(byte[] opening) throws MalformedException {
    int length = OpeningHeader.read(Arrays.copyOf(opening, OpeningHeader.LENGTH));
    assertEquals(opening.length, OpeningHeader.LENGTH + length);
    return Unpooled.wrappedBuffer(opening, OpeningHeader.LENGTH, length);
  }

  @Test
  void shouldShowFramesThatCanBeRead() throws IOException {
    List<Object> read = new ArrayList<>();
    var ear =
        new Frames.Listener() {
          @Override
          public void onFrame(FrameHeader header, byte[] checksum, ByteBuf payload)
              throws MalformedException {
            if (payload != null) {
              read.add(message(header.opcode(), payload.duplicate()));
            }
            super.onFrame(header, checksum, payload);
          }
        };
    var channel = new EmbeddedChannel(new PlainFrameDecoder(ear, Frames.CHECKSUM));
    documented()
        .forEach(
            (name, bytes) -> {
              if (!name.endsWith("opening") && !name.startsWith("handshake")) {
                channel.writeInbound(Unpooled.wrappedBuffer(bytes));
              }
            });
    assertEquals(List.of(), ear.malformed);
    assertTrue(
        read.containsAll(
            List.of(ATTACH, ATTACHED, REFUSED, LISTING, new Notice.Resized(2L << 30))));
    assertEquals(12, ear.heard.size());
    channel.finish();
  }

  private static Object message(Opcode opcode, ByteBuf payload) throws MalformedException {
    return switch (opcode) {
      case ATTACH -> Attach.decode(payload);
      case ATTACHED -> Attached.decode(payload);
      case REFUSED -> Refused.decode(payload);
      case LISTING -> Listing.decode(payload);
      case NOTICE -> Notice.decode(payload);
      default -> opcode;
    };
  }

  /** Every code of the code's tables stands in the document's, with its name. */
  @Test
  void shouldListEveryCode() throws IOException {
    String document = Files.readString(DOCUMENT);
    for (Opcode opcode : Opcode.values()) {
      assertMentions(document, "| 0x%02x | %s |".formatted(opcode.code(), opcode));
    }
    for (Status status : Status.values()) {
      assertMentions(document, "| %d | %s |".formatted(status.code(), status));
    }
    for (RefusalCode code : RefusalCode.values()) {
      String name = code == RefusalCode.NONE ? "none" : code.name();
      assertMentions(document, "| %d | %s".formatted(code.code(), name));
    }
  }

  private static void assertMentions(String document, String row) {
    assertTrue(document.contains(row), () -> "docs/protocol.md lacks '" + row + "'");
  }
}
