package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which size clients are told while an export is made smaller, and after several changes. */
@ExtendWith(Watch.class)
@Timeout(60)
class ResizeNoticesTest {
  private static final int SECONDS = 20;
  private static final long MIB = 1 << 20;
  private static final long WHOLE = 64 * MIB;

  private GatedCut gated;
  private PortSetup setup;
  private RawClient client;

  @BeforeEach
  void attach() throws IOException {
    gated = new GatedCut();
    setup = new PortSetup(PortSetup.options(20, Duration.ofSeconds(20)), gated.asStore());
    client = RawClient.attached(setup.address, "disk", Access.SHARED);
  }

  @AfterEach
  void close() throws IOException {
    gated.outcome.complete(true);
    client.close();
    setup.close();
  }

  private Attached attachNow() throws IOException {
    Attach attach = RawClient.attach(UUID.randomUUID(), 1, "disk", Access.SHARED);
    try (RawClient late = RawClient.opened(setup.address)) {
      late.frame(Opcode.ATTACH, 0, attach::encode);
      return Attached.decode(late.receive(Opcode.ATTACHED).body());
    }
  }

  private static void expectSize(long size, RawClient client) throws Exception {
    assertEquals(new Notice.Resized(size), Notice.decode(client.receive(Opcode.NOTICE).body()));
  }

  private CompletableFuture<Long> beginCut() throws InterruptedException {
    CompletableFuture<Long> cut = setup.server.resize("disk", MIB, true);
    assertTrue(gated.begun.await(SECONDS, TimeUnit.SECONDS), "the cut has not begun");
    return cut;
  }

  @Test
  void shouldTellTheFormerSizeWhileACutMayStillFail() throws Exception {
    CompletableFuture<Long> cut = beginCut();
    client.send(RawClient.request(Opcode.TRIM, 1, 2 * MIB, 4096));
    client.expectReply(1, Status.NO_SPACE);
    Attached answer = attachNow();
    assertEquals(WHOLE, answer.size());
    assertFalse(answer.isResized());
    gated.outcome.complete(false);
    assertThrows(ExecutionException.class, () -> cut.get(SECONDS, TimeUnit.SECONDS));
    assertEquals(WHOLE, attachNow().size());
    client.send(RawClient.request(Opcode.TRIM, 2, 2 * MIB, 4096));
    client.expectReply(2, Status.OK); // and no notice comes before
  }

  @Test
  void shouldTellWhoAttachedDuringACutThatItHasSucceeded() throws Exception {
    CompletableFuture<Long> cut = beginCut();
    try (RawClient late = RawClient.attached(setup.address, "disk", Access.SHARED)) {
      gated.outcome.complete(true);
      assertEquals(WHOLE, cut.get(SECONDS, TimeUnit.SECONDS));
      expectSize(MIB, client);
      expectSize(MIB, late);
      assertTrue(attachNow().isResized());
    }
  }

  @Test
  void shouldNeverTellASizeThatIsOlderThanWhatWasToldBefore() throws Exception {
    CountDownLatch mayGoOn = new CountDownLatch(1);
    gated.outcome.complete(true);
    setup.server.export("disk").home().execute(() -> await(mayGoOn));
    try {
      setup.server.resize("disk", MIB, true).get(SECONDS, TimeUnit.SECONDS);
      setup.server.resize("disk", 2 * MIB, false).get(SECONDS, TimeUnit.SECONDS);
    } finally {
      mayGoOn.countDown();
    }
    expectSize(2 * MIB, client);
    expectSize(2 * MIB, client);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(SECONDS, TimeUnit.SECONDS), "the test forgot a latch");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
