package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that forge ids, watermarks, lanes, sessions and generations. */
@ExtendWith(Watch.class)
@Timeout(60)
class HostileTransactionsTest {
  private static final int WINDOW = 1024;

  private PortSetup setup;
  private RawClient other;

  @BeforeEach
  void listen() throws IOException {
    setup = PortSetup.ordinary();
    other = RawClient.attached(setup.address, "disk", Access.READ_ONLY);
  }

  @AfterEach
  void close() throws IOException {
    other.expectAlive();
    other.close();
    setup.close();
  }

  private static Attach wish(UUID session, long generation, int lane, int lanes, long epoch) {
    return new Attach(
        session,
        Attach.NO_SESSION,
        epoch,
        lane,
        lanes,
        generation,
        Access.READ_WRITE,
        false,
        "disk",
        "a test",
        Extensions.NONE);
  }

  private void expectRefusal(Attach attach, RefusalCode code, String part) throws IOException {
    try (RawClient client = RawClient.opened(setup.address)) {
      client.frame(Opcode.ATTACH, 0, attach::encode);
      client.expectRefusal(code, part);
    }
  }

  private static byte[] write(long id, long watermark, byte value) {
    byte[] block = new byte[512];
    java.util.Arrays.fill(block, value);
    return RawClient.bytes(
        new FrameHeader().start(Opcode.WRITE, 0, id).watermark(watermark).range(0, 512), block);
  }

  private static void expectFirstByte(RawClient client, long id, long watermark, int expected)
      throws IOException {
    client.send(
        RawClient.bytes(
            new FrameHeader().start(Opcode.READ, 0, id).watermark(watermark).range(0, 1024),
            new byte[0]));
    RawClient.Frame reply = client.receive(Opcode.REPLY);
    assertEquals(id, reply.header().id());
    assertEquals(expected, reply.payload()[0]);
    assertArrayEquals(new byte[512], java.util.Arrays.copyOfRange(reply.payload(), 512, 1024));
  }

  @Test
  void shouldEndALinkWhoseIdsAreFarAhead() throws IOException {
    long[][] forged = {
      {1 + WINDOW, 1}, {1L << 40, 1}, {Long.MAX_VALUE, 1}, {Long.MAX_VALUE, Long.MAX_VALUE - WINDOW}
    };
    for (long[] ids : forged) {
      UUID session = UUID.randomUUID();
      try (RawClient client =
          RawClient.attached(setup.address, RawClient.attach(session, 1, "disk", Access.SHARED))) {
        client.send(write(ids[0], ids[1], (byte) 9));
        client.expectEnd();
      }
    }
    try (RawClient reader = RawClient.attached(setup.address, "disk", Access.READ_ONLY)) {
      expectFirstByte(reader, 1, 1, 0);
    }
  }

  @Test
  void shouldDropWhatIsFarBehindAndGoOn() throws IOException {
    try (RawClient client = RawClient.attached(setup.address, "disk", Access.READ_WRITE)) {
      client.send(write(5000, 5000, (byte) 1));
      client.expectReply(5000, Status.OK);
      for (long id : new long[] {4999, 1, 0, -1, Long.MIN_VALUE}) {
        client.send(write(id, 5000, (byte) 9));
      }
      expectFirstByte(client, 5001, 5000, 1);
      client.expectAlive();
    }
  }

  @Test
  void shouldEndALinkWhoseWatermarkGoesBackOrIsNegative() throws IOException {
    for (long backwards : new long[] {4999, 0, -1, Long.MIN_VALUE}) {
      try (RawClient client =
          RawClient.attached(
              setup.address, RawClient.attach(UUID.randomUUID(), 1, "disk", Access.SHARED))) {
        client.send(write(5000, 5000, (byte) 0));
        client.expectReply(5000, Status.OK);
        client.send(write(5001, backwards, (byte) 9));
        client.expectEnd();
      }
    }
    try (RawClient reader = RawClient.attached(setup.address, "disk", Access.READ_ONLY)) {
      expectFirstByte(reader, 1, 1, 0);
    }
  }

  @Test
  void shouldNotLetAWatermarkGoBackOverALinksEnd() throws IOException {
    UUID session = UUID.randomUUID();
    try (RawClient client = RawClient.attached(setup.address, wish(session, 1, 0, 1, 0))) {
      client.send(write(50, 50, (byte) 1));
      client.expectReply(50, Status.OK);
    }
    try (RawClient client = RawClient.attached(setup.address, wish(session, 2, 0, 1, 1))) {
      client.send(write(50, 50, (byte) 2)); // done before: answered, not executed
      client.expectReply(50, Status.OK);
      expectFirstByte(client, 51, 50, 1);
      client.send(write(3, 3, (byte) 9));
      client.expectEnd();
    }
  }

  @Test
  void shouldRefuseLanesOutOfRange() throws IOException {
    UUID session = UUID.randomUUID();
    expectRefusal(wish(session, 1, 1, 1, 0), RefusalCode.INVALID, "lane 1 of 1");
    expectRefusal(wish(session, 1, 65535, 4, 0), RefusalCode.INVALID, "lane 65535 of 4");
    expectRefusal(wish(session, 1, 0, 0, 0), RefusalCode.INVALID, "0 lanes");
    expectRefusal(wish(session, 1, 0, 65535, 0), RefusalCode.INVALID, "65535 lanes");
    RawClient.attached(setup.address, wish(session, 1, 3, 4, 0)).close();
  }

  @Test
  void shouldFenceOneOfTwoClientsThatUseTheSameSessionAtOnce() throws IOException {
    UUID session = UUID.randomUUID();
    try (RawClient first = RawClient.attached(setup.address, wish(session, 1, 0, 1, 0))) {
      expectRefusal(wish(session, 1, 0, 1, 0), RefusalCode.STALE, "generation 1");
      expectRefusal(wish(session, 2, 0, 2, 0), RefusalCode.INVALID, "other lanes");
      expectRefusal(wish(session, 2, 0, 1, 7), RefusalCode.DEPOSED, "lease 7");
      first.expectAlive();
      try (RawClient second = RawClient.attached(setup.address, wish(session, 2, 0, 1, 0))) {
        first.expectEnd();
        second.send(write(1, 1, (byte) 2));
        second.expectReply(1, Status.OK);
        expectRefusal(wish(session, 2, 0, 1, 1), RefusalCode.STALE, "generation 2");
        second.expectAlive();
      }
    }
  }

  @Test
  void shouldRefuseAGenerationThatRepeatsAlsoAfterTheLinksEnd() throws IOException {
    UUID session = UUID.randomUUID();
    RawClient.attached(setup.address, wish(session, 9, 0, 1, 0)).close();
    expectRefusal(wish(session, 9, 0, 1, 1), RefusalCode.STALE, "generation 9");
    expectRefusal(wish(session, 1, 0, 1, 1), RefusalCode.STALE, "generation 1");
    expectRefusal(wish(session, -1, 0, 1, 1), RefusalCode.INVALID, "generation -1");
    RawClient.attached(setup.address, wish(session, Long.MAX_VALUE, 0, 1, 1)).close();
  }

  @Test
  void shouldGiveALeaseBackWithADetachAndKeepItOverALinksEnd() throws IOException {
    Attach first = wish(UUID.randomUUID(), 1, 0, 1, 0);
    RawClient.attached(setup.address, first).close();
    Attach second = wish(UUID.randomUUID(), 1, 0, 1, 0);
    expectRefusal(second, RefusalCode.BUSY, "in use by 'a test'");
    try (RawClient back = RawClient.opened(setup.address)) {
      back.frame(Opcode.ATTACH, 0, wish(first.session(), 2, 0, 1, 1)::encode);
      Attached answer = Attached.decode(back.receive(Opcode.ATTACHED).body());
      assertEquals(1, answer.leaseEpoch());
      assertNotEquals(Attach.NO_SESSION, answer.identity());
      back.frame(Opcode.DETACH, 0);
      back.receive(Opcode.DETACHED);
    }
    try (RawClient next = RawClient.opened(setup.address)) {
      next.frame(Opcode.ATTACH, 0, second::encode);
      assertEquals(2, Attached.decode(next.receive(Opcode.ATTACHED).body()).leaseEpoch());
    }
    expectRefusal(wish(first.session(), 3, 0, 1, 1), RefusalCode.DEPOSED, "lease 1");
  }
}
