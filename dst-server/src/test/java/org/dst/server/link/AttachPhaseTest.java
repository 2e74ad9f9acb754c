package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(60)
class AttachPhaseTest {
  private PortSetup setup;
  private RawClient other;

  @BeforeEach
  void listen() throws IOException {
    setup = PortSetup.ordinary();
    other = RawClient.attached(setup.address, "disk", Access.READ_WRITE);
  }

  @AfterEach
  void close() throws IOException {
    other.expectAlive();
    other.close();
    setup.close();
  }

  private RawClient opened() throws IOException {
    return RawClient.opened(setup.address);
  }

  private static Attach attach(String export, Access access) {
    return RawClient.attach(UUID.randomUUID(), 1, export, access);
  }

  private void refuses(Attach attach, RefusalCode code, String part) throws IOException {
    try (RawClient client = opened()) {
      client.frame(Opcode.ATTACH, 0, attach::encode);
      client.expectRefusal(code, part);
    }
  }

  private void endsAfter(byte[]... frames) throws IOException {
    try (RawClient client = opened()) {
      for (byte[] frame : frames) {
        client.send(frame);
      }
      client.expectEnd();
    }
  }

  @Test
  void shouldTellAnAttachedClientWhatItGets() throws IOException {
    try (RawClient client = opened()) {
      client.frame(Opcode.ATTACH, 0, attach("disk", Access.READ_ONLY)::encode);
      Attached answer = Attached.decode(client.receive(Opcode.ATTACHED).body());
      assertEquals(64 << 20, answer.size());
      assertEquals(Access.READ_ONLY, answer.access());
      assertEquals(PortSetup.MAX_PAYLOAD, answer.maxPayload());
      assertEquals(1024, answer.window());
      assertEquals("a disk", answer.description());
    }
  }

  @Test
  void shouldRefuseAnUnknownExportAndOneThatIsNotForThisAddress() throws IOException {
    refuses(attach("nothing", Access.READ_ONLY), RefusalCode.UNKNOWN_EXPORT, "'nothing'");
    refuses(attach("elsewhere", Access.READ_ONLY), RefusalCode.NOT_ALLOWED, "127.0.0.1");
  }

  @Test
  void shouldRefuseASecondWriterOverTheWire() throws IOException {
    refuses(attach("disk", Access.READ_WRITE), RefusalCode.BUSY, "in use by 'a test' since 20");
  }

  @Test
  void shouldListOnlyWhatTheAddressMayUse() throws IOException {
    try (RawClient client = opened()) {
      client.frame(Opcode.LIST, 0);
      Listing listing = Listing.decode(client.receive(Opcode.LISTING).body());
      assertEquals(
          List.of(new Listing.Entry("disk", "a disk", 64 << 20, Access.SHARED)), listing.entries());
      assertTrue(listing.last());
      client.expectAlive();
    }
  }

  @Test
  void shouldAnswerPingsBeforeAnAttach() throws IOException {
    try (RawClient client = opened()) {
      client.send(
          RawClient.bytes(new FrameHeader().start(Opcode.PING, 0, 8).range(99, 0), new byte[0]));
      FrameHeader pong = client.receive(Opcode.PONG).header();
      assertEquals(8, pong.id());
      assertEquals(99, pong.offset());
    }
  }

  @Test
  void shouldEndALinkWithAFrameOfAnotherPhaseOrDirection() throws IOException {
    for (Opcode opcode : Opcode.values()) {
      if (!List.of(Opcode.ATTACH, Opcode.LIST, Opcode.PING, Opcode.PONG).contains(opcode)) {
        endsAfter(RawClient.bytes(new FrameHeader().start(opcode, 0, 1), new byte[0]));
      }
    }
  }

  @Test
  void shouldEndALinkWithAnUnknownOpcodeBeforeAnAttach() throws IOException {
    byte[] ping = RawClient.bytes(new FrameHeader().start(Opcode.PING, 0, 1), new byte[0]);
    endsAfter(RawClient.withOpcode(ping, 0xee));
  }

  @Test
  void shouldEndALinkThatListsTwiceOrAttachesAfterAList() throws IOException {
    byte[] list = RawClient.bytes(new FrameHeader().start(Opcode.LIST, 0, 0), new byte[0]);
    byte[] attach =
        RawClient.bytes(
            new FrameHeader().start(Opcode.ATTACH, 0, 0),
            RawClient.encoded(attach("disk", Access.READ_ONLY)::encode));
    for (byte[] second : List.of(list, attach)) {
      try (RawClient client = opened()) {
        client.send(list);
        client.receive(Opcode.LISTING);
        client.send(second);
        client.expectEnd();
      }
    }
  }

  @Test
  void shouldEndALinkThatAttachesTwice() throws IOException {
    try (RawClient client = opened()) {
      client.frame(Opcode.ATTACH, 0, attach("disk", Access.READ_ONLY)::encode);
      client.receive(Opcode.ATTACHED);
      client.frame(Opcode.ATTACH, 0, attach("disk", Access.READ_ONLY)::encode);
      client.expectEnd();
    }
  }

  @Test
  void shouldEndALinkWhoseAttachIsDamagedOrEmpty() throws IOException {
    byte[] whole = RawClient.encoded(attach("disk", Access.READ_ONLY)::encode);
    FrameHeader header = new FrameHeader().start(Opcode.ATTACH, 0, 0);
    endsAfter(RawClient.bytes(header, new byte[0]));
    endsAfter(RawClient.bytes(header, Arrays.copyOf(whole, 20)));
    byte[] damaged = RawClient.bytes(header, whole);
    damaged[damaged.length - 1] ^= 1;
    endsAfter(damaged);
  }

  @Test
  void shouldEndALinkWithADamagedHeader() throws IOException {
    byte[] ping = RawClient.bytes(new FrameHeader().start(Opcode.PING, 0, 1), new byte[0]);
    for (int at : new int[] {0, 1, 6, 20, 47}) {
      byte[] damaged = ping.clone();
      damaged[at] ^= 0x40;
      endsAfter(damaged);
    }
    byte[] garbage = new byte[4096];
    new Random(3).nextBytes(garbage);
    endsAfter(garbage);
  }

  @Test
  void shouldEndALinkThatAnnouncesMoreThanAControlFrameMayCarry() throws IOException {
    byte[] header =
        RawClient.encoded(
            out ->
                new FrameHeader()
                    .start(Opcode.ATTACH, 0, 0)
                    .write(out, Limits.MAX_CONTROL_PAYLOAD + 1));
    endsAfter(header);
  }

  @Test
  void shouldSurviveAnAttachThatIsCutAnywhere() throws IOException {
    byte[] frame =
        RawClient.bytes(
            new FrameHeader().start(Opcode.ATTACH, 0, 0),
            RawClient.encoded(attach("disk", Access.READ_ONLY)::encode));
    for (int length = 0; length < frame.length; length += 7) {
      try (RawClient client = opened()) {
        client.send(Arrays.copyOf(frame, length));
        client.socket.shutdownOutput();
        client.expectEnd();
      }
    }
  }

  @Test
  void shouldTakeUpASessionOnANewLinkAndAnswerFromItsWindow() throws IOException {
    UUID session = UUID.randomUUID();
    byte[] flush = RawClient.request(Opcode.FLUSH, 2, 0, 0);
    try (RawClient first =
        RawClient.attached(setup.address, RawClient.attach(session, 1, "disk", Access.READ_ONLY))) {
      first.send(flush);
      first.expectReply(2, Status.OK);
      try (RawClient second =
          RawClient.attached(
              setup.address, RawClient.attach(session, 2, "disk", Access.READ_ONLY))) {
        first.expectEnd();
        second.send(flush);
        second.expectReply(2, Status.OK);
        try (RawClient stale = opened()) {
          stale.frame(
              Opcode.ATTACH, 0, RawClient.attach(session, 2, "disk", Access.READ_ONLY)::encode);
          stale.expectRefusal(RefusalCode.STALE, "generation 2");
        }
        second.expectAlive();
      }
    }
  }
}
