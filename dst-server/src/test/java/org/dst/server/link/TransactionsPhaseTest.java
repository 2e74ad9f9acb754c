package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(60)
class TransactionsPhaseTest {
  private PortSetup setup;
  private RawClient other;
  private RawClient client;

  @BeforeEach
  void attach() throws IOException {
    setup = PortSetup.ordinary();
    other = RawClient.attached(setup.address, "disk", Access.READ_ONLY);
    client = RawClient.attached(setup.address, "disk", Access.READ_WRITE);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    other.expectAlive();
    other.close();
    setup.close();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private void expectContent(long id, byte[] expected, long offset) throws IOException {
    client.send(RawClient.request(Opcode.READ, id, offset, expected.length));
    RawClient.Frame reply = client.receive(Opcode.REPLY);
    assertEquals(id, reply.header().id());
    assertEquals(Status.OK, reply.header().status());
    assertArrayEquals(expected, reply.payload());
  }

  @Test
  void shouldReadBackWhatWasWrittenHoweverItIsCut() throws IOException {
    byte[] large = filled(PortSetup.MAX_PAYLOAD, 7);
    byte[] write = RawClient.request(Opcode.WRITE, 1, 4096, large.length, large);
    for (int at = 0; at < write.length; at += 70_001) {
      client.send(Arrays.copyOfRange(write, at, Math.min(write.length, at + 70_001)));
    }
    client.expectReply(1, Status.OK);
    expectContent(2, large, 4096);
    client.send(RawClient.request(Opcode.WRITE_ZEROES, 3, 4096, 4096));
    client.expectReply(3, Status.OK);
    expectContent(4, new byte[4096], 4096);
  }

  @Test
  void shouldAnswerABadChecksumAndStoreNothing() throws IOException {
    byte[] write = RawClient.request(Opcode.WRITE, 1, 0, 4096, filled(4096, 9));
    byte[] damaged = write.clone();
    damaged[damaged.length - 1] ^= 1;
    client.send(damaged);
    client.expectReply(1, Status.BAD_CHECKSUM);
    expectContent(2, new byte[4096], 0);
    client.send(write);
    client.expectReply(1, Status.OK);
    expectContent(3, filled(4096, 9), 0);
  }

  @Test
  void shouldAnswerAnUnknownOpcodeAndGoOn() throws IOException {
    byte[] frame = RawClient.request(Opcode.FLUSH, 6, 0, 0);
    client.send(frame);
    client.expectReply(6, Status.OK);
    client.send(RawClient.withOpcode(RawClient.request(Opcode.FLUSH, 1L << 50, 0, 0), 0x0d));
    client.expectReply(1L << 50, Status.NOT_SUPPORTED);
    byte[] withPayload =
        RawClient.bytes(new FrameHeader().start(Opcode.WRITE, 0, 0), filled(60_000, 1));
    client.send(RawClient.withOpcode(withPayload, 0xfe));
    client.expectReply(0, Status.NOT_SUPPORTED);
    client.expectAlive();
  }

  @Test
  void shouldRefuseWhatTheValidatorRefusesAndGoOn() throws IOException {
    client.send(RawClient.request(Opcode.READ, 1, 64 << 20, 4096));
    client.expectReply(1, Status.INVALID);
    client.send(RawClient.request(Opcode.TRIM, 2, Long.MAX_VALUE & -4096, 4096));
    client.expectReply(2, Status.NO_SPACE);
    client.send(RawClient.request(Opcode.READ, 3, 0, 2L * PortSetup.MAX_PAYLOAD));
    client.expectReply(3, Status.TOO_LARGE);
    other.send(RawClient.request(Opcode.WRITE, 1, 0, 4096, new byte[4096]));
    other.expectReply(1, Status.NOT_PERMITTED);
    client.expectAlive();
  }

  @Test
  void shouldEndALinkThatAnnouncesMoreThanWasNegotiated() throws IOException {
    client.send(
        RawClient.encoded(
            out ->
                new FrameHeader()
                    .start(Opcode.WRITE, 0, 1)
                    .range(0, 2 * PortSetup.MAX_PAYLOAD)
                    .write(out, PortSetup.MAX_PAYLOAD + 1)));
    client.expectEnd();
  }

  @Test
  void shouldEndALinkThatAnnouncesTheMostThatTheFieldCanHold() throws IOException {
    client.send(
        RawClient.encoded(out -> new FrameHeader().start(Opcode.WRITE, 0, 1).write(out, -1)));
    client.expectEnd();
  }

  @Test
  void shouldEndALinkThatPutsALargePayloadIntoAnythingButAWrite() throws IOException {
    client.send(
        RawClient.encoded(
            out ->
                new FrameHeader()
                    .start(Opcode.READ, 0, 1)
                    .write(out, Limits.MAX_CONTROL_PAYLOAD + 1)));
    client.expectEnd();
  }

  @Test
  void shouldEndALinkWithAFrameOfAnotherPhaseOrDirection() throws IOException {
    for (Opcode opcode :
        List.of(
            Opcode.ATTACHED,
            Opcode.REFUSED,
            Opcode.LIST,
            Opcode.LISTING,
            Opcode.REPLY,
            Opcode.NOTICE,
            Opcode.DETACHED)) {
      try (RawClient reader = RawClient.attached(setup.address, "disk", Access.READ_ONLY)) {
        reader.frame(opcode, 1);
        reader.expectEnd();
      }
    }
  }

  @Test
  void shouldEndALinkThatBreaksTheRulesOfIds() throws IOException {
    client.send(RawClient.request(Opcode.FLUSH, 1 + 1024, 0, 0));
    client.expectEnd();
    byte[] backwards =
        RawClient.bytes(new FrameHeader().start(Opcode.FLUSH, 0, 7).watermark(4), new byte[0]);
    other.send(
        RawClient.bytes(new FrameHeader().start(Opcode.FLUSH, 0, 6).watermark(5), new byte[0]));
    other.expectReply(6, Status.OK);
    try (RawClient bystander = RawClient.attached(setup.address, "disk", Access.READ_ONLY)) {
      other.send(backwards);
      other.expectEnd();
      other.close();
      bystander.expectAlive();
    }
    other = RawClient.attached(setup.address, "disk", Access.READ_ONLY);
  }

  @Test
  void shouldEndALinkWithADamagedHeaderOrGarbage() throws IOException {
    byte[] read = RawClient.request(Opcode.READ, 1, 0, 4096);
    read[30] ^= 1;
    byte[] garbage = new byte[10_000];
    new Random(5).nextBytes(garbage);
    for (byte[] bytes : List.of(read, garbage)) {
      try (RawClient reader = RawClient.attached(setup.address, "disk", Access.READ_ONLY)) {
        reader.send(bytes);
        reader.expectEnd();
      }
    }
  }

  @Test
  void shouldSurviveAWriteThatIsCutAnywhereAndStoreNothingOfIt() throws IOException {
    client.frame(Opcode.DETACH, 0); // or nobody could share what it holds
    client.receive(Opcode.DETACHED);
    client.close();
    byte[] write = RawClient.request(Opcode.WRITE, 1, 0, 65536, filled(65536, 5));
    for (int length = 1; length < write.length; length += 9_001) {
      try (RawClient sharer = RawClient.attached(setup.address, "disk", Access.SHARED)) {
        sharer.send(Arrays.copyOf(write, length));
        sharer.socket.shutdownOutput();
        sharer.expectEnd();
      }
    }
    client = RawClient.attached(setup.address, "disk", Access.SHARED);
    expectContent(1, new byte[65536], 0);
  }

  @Test
  void shouldAnswerPingsAmongRequests() throws IOException {
    client.send(
        RawClient.encoded(
            out ->
                out.writeBytes(RawClient.request(Opcode.FLUSH, 1, 0, 0))
                    .writeBytes(
                        RawClient.bytes(new FrameHeader().start(Opcode.PING, 0, 9), new byte[0]))));
    List<Opcode> answers =
        List.of(client.receive().header().opcode(), client.receive().header().opcode());
    assertEquals(1, answers.stream().filter(Opcode.PONG::equals).count());
    assertEquals(1, answers.stream().filter(Opcode.REPLY::equals).count());
  }
}
