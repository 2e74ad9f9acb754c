package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.protocol.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests in flight: their order, and what becomes of them when the connection ends. */
@Timeout(60)
class NbdOrderTest {
  @ParameterizedTest
  @EnumSource
  void shouldAnswerInTheOrderOfCompletion(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, false)) {
      client.device().hold();
      for (int i = 0; i < 50; i++) {
        client.request(0, 0, i, i * 512, 512);
      }
      assertEquals(0, client.receive().length);
      List<Long> order = new ArrayList<>();
      List<Long> left = new ArrayList<>();
      for (long i = 0; i < 50; i++) {
        left.add(i);
      }
      Random random = new Random(1);
      while (!left.isEmpty()) {
        int index = random.nextInt(left.size());
        order.add(left.remove(index));
        client.device().complete(index);
      }
      List<Long> answered = client.replies(512).stream().map(Wire.Reply::cookie).toList();
      assertEquals(order, answered);
    }
  }

  @Test
  void shouldSendTheRepliesOfABurstInOnePiece() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.SIMPLE, false)) {
      client.device().hold();
      for (int i = 0; i < 8; i++) {
        client.request(0, 3, i, 0, 0);
      }
      while (client.device().heldCount() > 0) {
        client.device().complete(0);
      }
      client.channel().runPendingTasks();
      assertEquals(1, client.channel().outboundMessages().size());
      assertEquals(8, client.replies(0).size());
    }
  }

  @Test
  void shouldAnswerBothOfTwoRequestsWithOneCookie() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.STRUCTURED, false)) {
      client.device().hold();
      client.request(0, 3, 7, 0, 0);
      client.request(0, 4, 7, 0, 512);
      client.complete(1);
      client.complete(0);
      List<Wire.Reply> replies = client.replies(0);
      assertEquals(2, replies.size());
      assertTrue(replies.stream().allMatch(reply -> reply.cookie() == 7));
    }
  }

  @Test
  void shouldFinishWhatIsInFlightBeforeItObeysDisc() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.SIMPLE, false)) {
      client.device().hold();
      client.write(0, 1, 0, new byte[100]);
      client.request(0, 0, 2, 0, 100);
      client.request(0, 2, 3, 0, 0);
      client.request(0, 3, 4, 0, 0); // after DISC: not looked at
      assertTrue(client.isOpen());
      assertEquals(2, client.device().heldCount());
      client.complete(0);
      assertTrue(client.isOpen());
      client.complete(0);
      assertFalse(client.isOpen());
      assertEquals(16 + 116, client.receive().length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFinishInTheDeviceWhatIsInFlightWhenTheClientIsGone(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, format.chunked())) {
      client.device().hold();
      client.write(0, 1, 0, new byte[] {1, 2, 3});
      client.request(0, 0, 2, 0, 100_000);
      client.request(0, 0, 3, 0, 300_000);
      if (format.chunked()) {
        client.request(0, 7, 4, 0, 4096);
      }
      client.disconnect();
      while (client.device().heldCount() > 0) {
        client.complete(0);
      }
      assertEquals(0, client.receive().length);
      TestConnection other = new TestConnection(client).negotiate(format, false);
      client.device().fail(Status.OK);
      other.request(0, 0, 1, 0, 3);
      other.complete(0);
      byte[] reply = other.receive();
      assertArrayEquals(
          new byte[] {1, 2, 3},
          java.util.Arrays.copyOfRange(reply, reply.length - 3, reply.length));
      other.disconnect();
    }
  }

  @Test
  void shouldDropAHalfSentWriteWithItsConnection() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.SIMPLE, false)) {
      client.device().hold();
      client.request(0, 3, 1, 0, 0);
      byte[] write = Wire.write(HeaderFormat.SIMPLE, 0, 1, 0, new byte[900_000]);
      client.send(java.util.Arrays.copyOf(write, 500_000));
      assertEquals(900_000, client.service().budget().used());
      client.disconnect();
      assertEquals(0, client.service().budget().used());
      assertEquals(1, client.device().heldCount());
    }
  }

  @Test
  void shouldDrainAndRefuseWhatComesMeanwhile() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.SIMPLE, false)) {
      client.device().hold();
      client.request(0, 3, 1, 0, 0);
      client.service().drain();
      client.receive();
      client.request(0, 0, 2, 0, 512);
      Wire.Reply refused = client.reply(0);
      assertEquals(108, refused.error());
      assertEquals(2, refused.cookie());
      assertTrue(client.isOpen());
      client.complete(0);
      assertEquals(
          Collections.nCopies(1, 1L), client.replies(0).stream().map(Wire.Reply::cookie).toList());
      assertFalse(client.isOpen());
    }
  }

  @Test
  void shouldRefuseConnectionsAboveTheLimitUntilOneCloses() {
    NbdLimits limits = new NbdLimits(2, 64 << 20, 10, java.time.Duration.ofSeconds(5));
    try (TestConnection first =
        new TestConnection(MemoryDevice.info(1 << 20, 1, false, 0), limits)) {
      TestConnection second = new TestConnection(first);
      TestConnection third = new TestConnection(first);
      assertTrue(second.isOpen());
      assertFalse(third.isOpen());
      second.disconnect();
      TestConnection fourth = new TestConnection(first);
      assertTrue(fourth.isOpen());
      assertEquals(2, first.service().connections());
      fourth.disconnect();
    }
  }

  @Test
  void shouldCutOffAClientThatDoesNotNegotiateInTime() {
    NbdLimits limits = new NbdLimits(2, 64 << 20, 10, java.time.Duration.ofSeconds(5));
    try (TestConnection client =
        new TestConnection(MemoryDevice.info(1 << 20, 1, false, 0), limits)) {
      client.channel().advanceTimeBy(4, java.util.concurrent.TimeUnit.SECONDS);
      client.channel().runScheduledPendingTasks();
      assertTrue(client.isOpen());
      client.channel().advanceTimeBy(2, java.util.concurrent.TimeUnit.SECONDS);
      client.channel().runScheduledPendingTasks();
      assertFalse(client.isOpen());
    }
  }
}
