package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.testing.Watch;
import org.dst.server.access.AccessRules;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rights over the wire: what is granted, what each request may do, and what a revocation ends. */
@ExtendWith(Watch.class)
@Timeout(60)
class AccessTest {
  private static final int BLOCK = 4096;
  private static final List<Opcode> CHANGES =
      List.of(Opcode.WRITE, Opcode.TRIM, Opcode.WRITE_ZEROES);

  private final UUID session = UUID.randomUUID();
  private GatedStore gated;
  private PortSetup setup;

  @BeforeEach
  void listen() throws IOException {
    gated = new GatedStore();
    setup = new PortSetup(PortSetup.options(20, Duration.ofSeconds(20)), gated.asStore());
  }

  @AfterEach
  void close() {
    gated.mayWrite.release(1000);
    setup.close();
  }

  private CompletableFuture<Void> rules(String... rules) {
    return setup.server.replaceAccess(Map.of("disk", AccessRules.parse(List.of(rules))));
  }

  private static void await(CompletableFuture<Void> done) throws Exception {
    done.get(20, TimeUnit.SECONDS);
  }

  private RawClient attached(Access access) throws IOException {
    return RawClient.attached(setup.address, RawClient.attach(session, 1, "disk", access));
  }

  private void refused(Access access, String text) throws IOException {
    try (RawClient client = RawClient.opened(setup.address)) {
      UUID other = UUID.randomUUID();
      client.frame(Opcode.ATTACH, 0, RawClient.attach(other, 1, "disk", access)::encode);
      client.expectRefusal(RefusalCode.NOT_ALLOWED, text);
    }
  }

  private void write(RawClient client, long id, int value) throws IOException {
    byte[] block = new byte[BLOCK];
    Arrays.fill(block, (byte) value);
    client.send(RawClient.request(Opcode.WRITE, id, 0, BLOCK, block));
  }

  private int firstByte() throws IOException {
    ByteBuf read = Unpooled.buffer(1, 1);
    gated.memory.read(0, read, 1);
    return read.readByte();
  }

  @Test
  void shouldGrantAndListWhatTheRulesGive() throws Exception {
    await(rules("ro 127.0.0.0/8"));
    refused(Access.READ_WRITE, "export 'disk' is read-only for 127.0.0.1");
    refused(Access.SHARED, "export 'disk' is read-only for 127.0.0.1");
    try (RawClient client = RawClient.opened(setup.address)) {
      client.frame(Opcode.LIST, 0);
      Listing listing = Listing.decode(client.receive(Opcode.LISTING).body());
      assertEquals(Access.READ_ONLY, listing.entries().getFirst().access());
    }
    await(rules("192.0.2.1", "key=node7"));
    refused(Access.READ_ONLY, "export 'disk' is not offered to 127.0.0.1");
    try (RawClient client = RawClient.opened(setup.address)) {
      client.frame(Opcode.LIST, 0);
      assertEquals(List.of(), Listing.decode(client.receive(Opcode.LISTING).body()).entries());
    }
  }

  @Test
  void shouldRefuseEveryChangeOnALinkThatMayOnlyRead() throws Exception {
    await(rules("ro"));
    try (RawClient client = RawClient.opened(setup.address)) {
      client.frame(
          Opcode.ATTACH, 0, RawClient.attach(session, 1, "disk", Access.READ_ONLY)::encode);
      Attached answer = Attached.decode(client.receive(Opcode.ATTACHED).body());
      assertEquals(Access.READ_ONLY, answer.access());
      long id = 1;
      for (Opcode change : CHANGES) {
        byte[] payload = new byte[change == Opcode.WRITE ? BLOCK : 0];
        client.send(RawClient.request(change, id, 0, BLOCK, payload));
        client.expectReply(id++, Status.NOT_PERMITTED);
      }
      client.send(RawClient.request(Opcode.READ, id, 0, BLOCK));
      client.expectReply(id, Status.OK);
    }
    assertEquals(0, gated.begun.availablePermits(), "a write reached the store");
  }

  @Test
  void shouldLetNothingReachTheStoreOnceARevocationIsComplete() throws Exception {
    try (RawClient client = attached(Access.READ_WRITE)) {
      write(client, 1, 1);
      gated.awaitWrite();
      write(client, 2, 2); // overlaps the first one, so that it waits
      client.expectAlive(); // and has arrived
      CompletableFuture<Void> revoked = rules("ro");
      client.expectEnd();
      assertFalse(revoked.isDone(), "a write still runs");
      gated.mayWrite.release(1000);
      await(revoked);
      assertEquals(1, firstByte());
      assertEquals(0, gated.begun.availablePermits(), "a second write reached the store");
    }
    refused(Access.READ_WRITE, "read-only for 127.0.0.1");
    assertEquals(1, firstByte());
  }

  @Test
  void shouldNotDisturbWhoKeepsItsRight() throws Exception {
    try (RawClient client = attached(Access.READ_ONLY)) {
      await(rules("ro"));
      await(rules("rw 127.0.0.1", "ro"));
      client.send(RawClient.request(Opcode.READ, 1, 0, BLOCK));
      client.expectReply(1, Status.OK);
      await(rules("192.0.2.1"));
      client.expectEnd();
    }
  }

  @Test
  void shouldGiveTheLaneBackWithItsWindowToWhoGetsTheRightBack() throws Exception {
    gated.mayWrite.release(1000);
    try (RawClient client = attached(Access.READ_WRITE)) {
      write(client, 1, 1);
      client.expectReply(1, Status.OK);
      await(rules("ro"));
      client.expectEnd();
    }
    await(rules("rw"));
    try (RawClient back =
        RawClient.attached(
            setup.address, RawClient.attach(session, 2, "disk", Access.READ_WRITE))) {
      write(back, 1, 9);
      back.expectReply(1, Status.OK);
      assertEquals(1, firstByte(), "written once");
    }
  }

  @Test
  void shouldChangeNothingWhenAnExportIsNotThere() throws Exception {
    Map<String, AccessRules> rules =
        Map.of("disk", AccessRules.NOBODY, "dsik", AccessRules.EVERYBODY);
    assertThrows(IllegalArgumentException.class, () -> setup.server.replaceAccess(rules));
    attached(Access.READ_WRITE).close();
  }

  @Test
  void shouldTakeNothingInAfterADetach() throws Exception {
    try (RawClient client = attached(Access.READ_WRITE)) {
      write(client, 1, 1);
      gated.awaitWrite();
      client.frame(Opcode.DETACH, 0);
      client.expectAlive();
      client.send(RawClient.request(Opcode.WRITE, 2, BLOCK, BLOCK, new byte[BLOCK]));
      client.expectEnd();
    }
    gated.mayWrite.release(1000);
    putOut().close();
    assertEquals(0, gated.begun.availablePermits(), "a second write reached the store");
  }

  /**
   * Admitted once nothing of the session before runs any more. Whether that has left depends on
   * what the server saw first, the end of its write or the end of its link.
   */
  private RawClient putOut() throws IOException {
    Attach attach = RawClient.attach(UUID.randomUUID(), 1, "disk", Access.READ_WRITE, true);
    return RawClient.attached(setup.address, attach);
  }
}
