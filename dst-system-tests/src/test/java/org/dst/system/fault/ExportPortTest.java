package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.OpeningHeader;
import org.dst.system.harness.Bystander;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Garbage in every phase of a link: the link ends, and nothing else is affected. */
class ExportPortTest {
  private static final int SILENT_LINKS = 50;
  private static final Consumer<FrameHeader> NO_FIELDS = header -> {};
  private static final Consumer<ByteBuf> NO_PAYLOAD = out -> {};

  @TempDir static Path directory;

  private static Daemon server;
  private static Daemon client;
  private static Bystander bystander;
  private static String address;

  @BeforeAll
  static void start() {
    server = Dst.export("victim=mem:64M", "calm=mem:64M");
    address = Dst.address(server);
    Path socket = directory.resolve("calm.sock");
    client = Dst.attach(address + "/calm", "--socket", socket.toString());
    bystander = new Bystander(socket);
  }

  @AfterAll
  static void stop() {
    Closing.inOrder(bystander, client, server);
  }

  @TestFactory
  Stream<DynamicTest> shouldEndALinkThatBeginsWith() {
    byte[] opening = RawDst.encoded(RawDst.opening()::encode);
    return Stream.of(
        ending("a request of HTTP", Phase.OPENING, "GET / HTTP/1.1\r\n\r\n"),
        ending("a greeting of NBD", Phase.OPENING, "NBDMAGICIHAVEOPT\0\3"),
        ending("random bytes", Phase.OPENING, random(4096)),
        ending("an opening that is too long", Phase.OPENING, patched(opening, 8, 0xff, 0xff)),
        ending("versions upside down", Phase.OPENING, patched(opening, OpeningHeader.LENGTH, 0, 9)),
        ending("an impossible mode", Phase.OPENING, patched(opening, OpeningHeader.LENGTH + 4, 9)),
        ending("half an opening", Phase.OPENING, half(opening)),
        ending("nothing", Phase.OPENING, new byte[0]));
  }

  @TestFactory
  Stream<DynamicTest> shouldEndALinkThatAttachesWith() {
    byte[] attach =
        RawDst.bytes(
            Opcode.ATTACH, 1, NO_FIELDS, RawDst.attach("victim", Access.READ_WRITE)::encode);
    byte[] read = RawDst.bytes(Opcode.READ, 1, header -> header.range(0, 4096), NO_PAYLOAD);
    byte[] garbage = RawDst.bytes(Opcode.ATTACH, 1, NO_FIELDS, out -> out.writeBytes(random(99)));
    return Stream.of(
        ending("random bytes", Phase.ATTACH, random(4096)),
        ending("a damaged header", Phase.ATTACH, patched(attach, 10, 0xff)),
        ending("a damaged payload", Phase.ATTACH, patched(attach, FrameHeader.LENGTH + 9, 0xff)),
        ending("a payload of garbage", Phase.ATTACH, garbage),
        ending("a payload that is too long", Phase.ATTACH, oversize(Opcode.ATTACH, 0x7fffffff)),
        ending("a payload of 4 GiB", Phase.ATTACH, oversize(Opcode.ATTACH, -1)),
        ending("half a message", Phase.ATTACH, half(attach)),
        ending("a block request", Phase.ATTACH, read),
        ending("nothing", Phase.ATTACH, new byte[0]));
  }

  @TestFactory
  Stream<DynamicTest> shouldEndALinkThatRequests() {
    byte[] write =
        RawDst.bytes(
            Opcode.WRITE,
            1,
            header -> header.watermark(1).range(0, 4096),
            out -> out.writeBytes(random(4096)));
    byte[] attach =
        RawDst.bytes(
            Opcode.ATTACH, 1, NO_FIELDS, RawDst.attach("victim", Access.READ_WRITE)::encode);
    byte[] reply = RawDst.bytes(Opcode.REPLY, 1, NO_FIELDS, NO_PAYLOAD);
    return Stream.of(
        ending("random bytes", Phase.TRANSACTIONS, random(4096)),
        ending("a damaged header", Phase.TRANSACTIONS, patched(write, 10, 0xff)),
        ending("a payload beyond the limit", Phase.TRANSACTIONS, oversize(Opcode.WRITE, 33 << 20)),
        ending("a payload of 4 GiB", Phase.TRANSACTIONS, oversize(Opcode.WRITE, -1)),
        ending("half a write", Phase.TRANSACTIONS, half(write)),
        ending("to attach again", Phase.TRANSACTIONS, attach),
        ending("what only servers say", Phase.TRANSACTIONS, reply),
        ending("nothing", Phase.TRANSACTIONS, new byte[0]));
  }

  @Test
  void shouldServeOthersWhileManyLinksSayNothing() {
    List<RawDst> silent = new ArrayList<>();
    try {
      for (int i = 0; i < SILENT_LINKS; i++) {
        silent.add(RawDst.connected(address));
      }
      bystander.assertUndisturbed();
      assertEquals(Dst.OK, Dst.dst("list", address).exit(), "exit code of dst list");
    } finally {
      silent.forEach(RawDst::close);
    }
  }

  private enum Phase {
    OPENING,
    ATTACH,
    TRANSACTIONS
  }

  private static DynamicTest ending(String name, Phase phase, String text) {
    return ending(name, phase, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static DynamicTest ending(String name, Phase phase, byte[] bytes) {
    return dynamicTest(
        name,
        () -> {
          try (RawDst link =
              switch (phase) {
                case OPENING -> RawDst.connected(address);
                case ATTACH -> RawDst.opened(address);
                case TRANSACTIONS -> RawDst.attached(address, "victim", Access.READ_WRITE);
              }) {
            link.socket().send(ByteBuffer.wrap(bytes));
            if (name.startsWith("half") || name.equals("nothing")) {
              link.socket().finish();
            }
            link.socket().awaitClose();
          }
          bystander.assertUndisturbed();
        });
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static byte[] patched(byte[] bytes, int at, int... values) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < values.length; i++) {
      copy[at + i] ^= (byte) values[i];
    }
    return copy;
  }

  private static byte[] oversize(Opcode opcode, int length) {
    return RawDst.encoded(
        out ->
            new FrameHeader()
                .start(opcode, 0, 1)
                .watermark(1)
                .range(0, Integer.toUnsignedLong(length))
                .write(out, length));
  }
}
