package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.List;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Well-formed messages that ask the export port for the impossible: each gets its exact answer. */
class RequestTest {
  private static final long SIZE = 64 << 20;
  private static final byte[] NOTHING = {};

  private static Daemon server;
  private static Daemon readOnly;
  private static Daemon coarse;

  @BeforeAll
  static void start() {
    server = Dst.export("disk=mem:64M");
    readOnly = Dst.export("disk=mem:64M", "--read-only");
    coarse = Dst.export("disk=mem:64M,min-block=4096");
  }

  @AfterAll
  static void stop() {
    Closing.inOrder(server, readOnly, coarse);
  }

  @Test
  void shouldRefuseAnUnknownProtocolVersion() throws Exception {
    ClientOpening newer = opening(99, SecurityMode.PLAIN, "crc32c");
    assertEquals(RefusalCode.VERSION, refusal(newer));
  }

  @Test
  void shouldRefuseASecurityModeThatItDoesNotOffer() throws Exception {
    assertEquals(RefusalCode.SECURITY_MODE, refusal(opening(1, SecurityMode.PSK, "crc32c")));
  }

  @Test
  void shouldRefuseAnUnknownChecksum() throws Exception {
    assertEquals(RefusalCode.ALGORITHM, refusal(opening(1, SecurityMode.PLAIN, "crc99")));
  }

  @Test
  void shouldRefuseAnUnknownExport() throws Exception {
    Attach attach = RawDst.attach("no such export", Access.READ_WRITE);
    assertEquals(RefusalCode.UNKNOWN_EXPORT, refusal(attach));
  }

  @Test
  void shouldRefuseALaneThatTheSessionDoesNotHave() throws Exception {
    Attach one = RawDst.attach("disk", Access.READ_WRITE);
    Attach attach =
        new Attach(
            one.session(),
            one.predecessor(),
            0,
            5,
            2,
            1,
            one.access(),
            false,
            "disk",
            "a test",
            Extensions.NONE);
    assertEquals(RefusalCode.INVALID, refusal(attach));
  }

  @Test
  void shouldRefuseACriticalParameterThatItDoesNotKnow() throws Exception {
    Attach one = RawDst.attach("disk", Access.READ_WRITE);
    Attach attach =
        new Attach(
            one.session(),
            one.predecessor(),
            0,
            0,
            1,
            1,
            one.access(),
            false,
            "disk",
            "a test",
            Extensions.NONE.with(Extensions.CRITICAL | 0x7abc, new byte[3]));
    assertEquals(RefusalCode.INVALID, refusal(attach));
  }

  @Test
  void shouldAnswerRequestsBeyondTheEnd() throws Exception {
    try (RawDst link = attached()) {
      byte[] block = new byte[4096];
      assertEquals(Status.INVALID, link.request(Opcode.READ, 1, SIZE, 4096, NOTHING));
      assertEquals(Status.INVALID, link.request(Opcode.READ, 2, SIZE - 4096, 8192, NOTHING));
      assertEquals(Status.NO_SPACE, link.request(Opcode.WRITE, 3, SIZE, 4096, block));
      assertEquals(Status.NO_SPACE, link.request(Opcode.WRITE, 4, SIZE - 1, 4096, block));
      link.assertAlive();
    }
  }

  @Test
  void shouldAnswerOffsetsThatOverflow() throws Exception {
    try (RawDst link = attached()) {
      byte[] block = new byte[4096];
      long last = Long.MAX_VALUE - 4095;
      assertEquals(Status.INVALID, link.request(Opcode.READ, 1, last, 4096, NOTHING));
      assertEquals(Status.INVALID, link.request(Opcode.READ, 2, -4096, 8192, NOTHING));
      assertEquals(Status.NO_SPACE, link.request(Opcode.WRITE, 3, last, 4096, block));
      assertEquals(Status.INVALID, link.request(Opcode.WRITE, 4, -4096, 4096, block));
      assertEquals(Status.INVALID, link.request(Opcode.TRIM, 5, 4096, -4096, NOTHING));
      assertEquals(Status.INVALID, link.request(Opcode.WRITE_ZEROES, 6, -1, -1, NOTHING));
      link.assertAlive();
    }
  }

  @Test
  void shouldAnswerUnalignedRequests() throws Exception {
    String address = Dst.address(coarse);
    try (RawDst link = RawDst.attached(address, "disk", Access.READ_WRITE)) {
      assertEquals(Status.INVALID, link.request(Opcode.READ, 1, 512, 4096, NOTHING));
      assertEquals(Status.INVALID, link.request(Opcode.READ, 2, 4096, 512, NOTHING));
      assertEquals(Status.INVALID, link.request(Opcode.WRITE, 3, 512, 512, new byte[512]));
      assertEquals(Status.INVALID, link.request(Opcode.TRIM, 4, 4096, 1, NOTHING));
      assertEquals(Status.INVALID, link.request(Opcode.WRITE_ZEROES, 5, 1, 4096, NOTHING));
      link.assertAlive();
    }
  }

  @Test
  void shouldAnswerAReadBeyondTheLimit() throws Exception {
    try (RawDst link = attached()) {
      Status status = link.request(Opcode.READ, 1, 0, SIZE, NOTHING);
      assertEquals(Status.TOO_LARGE, status);
      link.assertAlive();
    }
  }

  @Test
  void shouldAnswerAWriteWhoseCountIsNotThatOfItsPayload() throws Exception {
    try (RawDst link = attached()) {
      assertEquals(Status.INVALID, link.request(Opcode.WRITE, 1, 0, 8192, new byte[4096]));
      link.assertAlive();
    }
  }

  @Test
  void shouldAnswerAnOpcodeThatItDoesNotKnow() throws Exception {
    try (RawDst link = attached()) {
      byte[] unknown = RawDst.bytes(Opcode.READ, 1, header -> header.range(0, 512), out -> {});
      link.socket().send(ByteBuffer.wrap(RawDst.withOpcode(unknown, 0x4e)));
      assertEquals(Status.NOT_SUPPORTED, link.receive().header().status());
      link.assertAlive();
    }
  }

  @Test
  void shouldNeitherStoreNorAcceptADamagedPayload() throws Exception {
    try (RawDst link = attached()) {
      byte[] data = {1, 2, 3, 4};
      assertEquals(Status.OK, link.request(Opcode.WRITE, 1, 512, 4, data));
      byte[] damaged =
          RawDst.bytes(
              Opcode.WRITE,
              2,
              header -> header.watermark(2).range(512, 4),
              out -> out.writeInt(0x05060708));
      damaged[damaged.length - 1] ^= 0x10;
      link.socket().send(ByteBuffer.wrap(damaged));
      assertEquals(Status.BAD_CHECKSUM, link.receive().header().status());
      assertArrayEquals(data, read(link, 3, 512, 4));
    }
  }

  @Test
  void shouldAnswerEachCopyOfARequestOrTheFirst() throws Exception {
    try (RawDst link = attached()) {
      byte[] write =
          RawDst.bytes(
              Opcode.WRITE, 1, header -> header.watermark(1).range(0, 4), out -> out.writeInt(7));
      link.socket().send(ByteBuffer.wrap(write));
      link.socket().send(ByteBuffer.wrap(write));
      FrameHeader reply = link.receive().header();
      assertEquals(1, reply.id(), "transaction that is answered");
      assertEquals(Status.OK, reply.status());
    }
    try (RawDst link = attached()) {
      assertArrayEquals(new byte[] {0, 0, 0, 7}, read(link, 1, 0, 4));
    }
  }

  @Test
  void shouldRefuseChangesOfAReadOnlyExport() throws Exception {
    String address = Dst.address(readOnly);
    try (RawDst link = RawDst.attached(address, "disk", Access.READ_ONLY)) {
      for (Opcode change : List.of(Opcode.TRIM, Opcode.WRITE_ZEROES)) {
        long id = change.code();
        assertEquals(Status.NOT_PERMITTED, link.request(change, id, 0, 4096, NOTHING));
      }
      Status status = link.request(Opcode.WRITE, 100, 0, 4096, new byte[4096]);
      assertEquals(Status.NOT_PERMITTED, status);
      assertArrayEquals(new byte[512], read(link, 101, 0, 512));
    }
  }

  private static RawDst attached() throws Exception {
    return RawDst.attached(Dst.address(server), "disk", Access.READ_WRITE);
  }

  private static byte[] read(RawDst link, long id, long offset, int count) throws Exception {
    byte[] request =
        RawDst.bytes(
            Opcode.READ, id, header -> header.watermark(id).range(offset, count), out -> {});
    link.socket().send(ByteBuffer.wrap(request));
    RawDst.Frame reply = link.receive();
    assertEquals(Status.OK, reply.header().status());
    byte[] data = new byte[reply.payload().readableBytes()];
    reply.payload().readBytes(data);
    return data;
  }

  private static ClientOpening opening(int version, SecurityMode mode, String checksum) {
    return new ClientOpening(
        version, version, mode, List.of("aes-256-gcm"), List.of(checksum), Extensions.NONE);
  }

  private static RefusalCode refusal(ClientOpening opening) throws Exception {
    try (RawDst link = RawDst.connected(Dst.address(server))) {
      link.send(opening::encode);
      RefusalCode code = link.serverOpening().refusal();
      link.socket().awaitClose();
      return code;
    }
  }

  private static RefusalCode refusal(Attach attach) throws Exception {
    try (RawDst link = RawDst.opened(Dst.address(server))) {
      link.frame(Opcode.ATTACH, header -> {}, attach::encode);
      RawDst.Frame answer = link.receive();
      assertEquals(Opcode.REFUSED, answer.header().opcode(), "answer to the attach");
      link.socket().awaitClose();
      return Refused.decode(answer.payload()).code();
    }
  }
}
