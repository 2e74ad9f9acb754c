package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How links end while something runs in the store. */
@ExtendWith(Watch.class)
@Timeout(60)
class LeavingTest {
  private final UUID session = UUID.randomUUID();
  private GatedStore gated;
  private PortSetup setup;
  private RawClient client;

  @BeforeEach
  void attach() throws IOException {
    gated = new GatedStore();
    setup = new PortSetup(PortSetup.options(20, Duration.ofSeconds(20)), gated.asStore());
    client = RawClient.attached(setup.address, link(1));
  }

  @AfterEach
  void close() throws IOException {
    gated.mayWrite.release(1000);
    client.close();
    setup.close();
  }

  private org.dst.protocol.message.Attach link(long generation) {
    return RawClient.attach(session, generation, "disk", Access.READ_WRITE);
  }

  private void startWrite(long id, int value) throws Exception {
    byte[] block = new byte[4096];
    java.util.Arrays.fill(block, (byte) value);
    client.send(RawClient.request(Opcode.WRITE, id, 0, block.length, block));
    gated.awaitWrite();
  }

  private int firstByte() throws IOException {
    ByteBuf read = Unpooled.buffer(1, 1);
    gated.memory.read(0, read, 1);
    return read.readByte();
  }

  @Test
  void shouldAnswerADetachAfterWhatRunsHasEnded() throws Exception {
    startWrite(1, 3);
    client.frame(Opcode.DETACH, 0);
    client.expectAlive();
    gated.mayWrite.release();
    client.expectReply(1, Status.OK);
    client.receive(Opcode.DETACHED);
    client.expectEnd();
    assertEquals(3, firstByte());
  }

  @Test
  void shouldForgetASessionThatDetached() throws Exception {
    client.frame(Opcode.DETACH, 0);
    client.receive(Opcode.DETACHED);
    client.expectEnd();
    try (RawClient other = attachedOnceItIsFree()) {
      other.expectAlive();
    }
  }

  /** The client hears of the end of its link before the server's registry does. */
  private RawClient attachedOnceItIsFree() throws IOException {
    while (true) {
      RawClient other = RawClient.opened(setup.address);
      other.frame(Opcode.ATTACH, 0, link(1)::encode);
      RawClient.Frame answer = other.receive();
      if (answer.header().opcode() == Opcode.ATTACHED) {
        return other;
      }
      other.close();
    }
  }

  @Test
  void shouldFenceTheOldLinkAndAnswerTheNewOneOnlyAfterItsWriteHasEnded() throws Exception {
    startWrite(1, 3);
    try (RawClient next = RawClient.opened(setup.address)) {
      next.frame(Opcode.ATTACH, 0, link(2)::encode);
      client.expectEnd();
      next.expectAlive(); // a PONG, not ATTACHED: the write still runs
      gated.mayWrite.release();
      Attached.decode(next.receive(Opcode.ATTACHED).body());
      assertEquals(3, firstByte());
      byte[] resent = new byte[4096];
      next.send(RawClient.request(Opcode.WRITE, 1, 0, resent.length, resent));
      next.expectReply(1, Status.OK);
      assertEquals(3, firstByte(), "written once");
    }
  }

  @Test
  void shouldKeepTheOutcomeOfAWriteWhoseLinkBroke() throws Exception {
    startWrite(1, 4);
    client.close();
    try (RawClient next = RawClient.opened(setup.address)) {
      next.frame(Opcode.ATTACH, 0, link(2)::encode);
      next.expectAlive();
      gated.mayWrite.release();
      next.receive(Opcode.ATTACHED);
      assertEquals(4, firstByte());
    }
  }

  @Test
  void shouldForgetALinkThatDisappearsWhileItWaits() throws Exception {
    startWrite(1, 5);
    RawClient waiting = RawClient.opened(setup.address);
    waiting.frame(Opcode.ATTACH, 0, link(2)::encode);
    waiting.expectAlive();
    waiting.close();
    try (RawClient next = RawClient.opened(setup.address)) {
      next.frame(Opcode.ATTACH, 0, link(3)::encode);
      next.expectAlive();
      gated.mayWrite.release();
      next.receive(Opcode.ATTACHED);
      next.expectAlive();
    }
  }

  @Test
  void shouldAnswerWhatRunsBeforeTheServerCloses() throws Exception {
    startWrite(1, 6);
    Thread closing = Thread.ofPlatform().start(setup::close);
    Notice notice = Notice.decode(client.receive(Opcode.NOTICE).body());
    assertTrue(notice instanceof Notice.GoingAway, notice.toString());
    assertThrows(ConnectException.class, () -> new RawClient(setup.address).close());
    gated.mayWrite.release();
    client.expectReply(1, Status.OK);
    client.expectEnd();
    closing.join();
  }

  @Test
  void shouldCloseLinksOfEveryPhaseWhenTheServerCloses() throws Exception {
    try (RawClient silent = new RawClient(setup.address);
        RawClient opened = RawClient.opened(setup.address)) {
      setup.close();
      silent.expectEnd();
      opened.expectEnd();
      client.receive(Opcode.NOTICE);
      client.expectEnd();
    }
  }
}
