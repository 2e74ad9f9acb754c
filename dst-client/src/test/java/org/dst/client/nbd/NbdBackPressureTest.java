package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NbdBackPressureTest {
  private static final int MIB = 1 << 20;

  private static DeviceInfo disk() {
    return MemoryDevice.info(1L << 30, 1, false, MemoryDevice.ALL);
  }

  private static TestConnection connect(long bytes, int requests) {
    NbdLimits limits = new NbdLimits(8, bytes, requests, Duration.ofSeconds(5));
    return new TestConnection(disk(), limits).negotiate(HeaderFormat.SIMPLE, false);
  }

  @Test
  void shouldStopReadingAtTheLimitOfRequestsAndGoOnAfterwards() {
    try (TestConnection client = connect(64 * MIB, 4)) {
      client.device().hold();
      for (int i = 0; i < 10; i++) {
        client.request(0, 3, i, 0, 0);
      }
      assertEquals(4, client.device().heldCount());
      assertFalse(client.channel().config().isAutoRead());
      int answered = 0;
      while (client.device().heldCount() > 0) {
        client.complete(0);
        answered += client.replies(0).size();
        assertTrue(client.device().heldCount() <= 4);
      }
      assertEquals(10, answered);
      assertTrue(client.channel().config().isAutoRead());
    }
  }

  @Test
  void shouldHoldBackWhatExceedsTheSharedBudget() {
    try (TestConnection client = connect(4 * MIB, 100)) {
      TestConnection other = new TestConnection(client).negotiate(HeaderFormat.SIMPLE, false);
      client.device().hold();
      for (int i = 0; i < 4; i++) {
        client.request(0, 0, i, 0, MIB);
      }
      assertEquals(4, client.device().heldCount());
      assertEquals(4 * MIB, client.service().budget().used());
      other.request(0, 0, 1, 0, MIB);
      assertEquals(4, client.device().heldCount());
      client.complete(0);
      other.channel().runPendingTasks();
      assertEquals(4, client.device().heldCount());
      other.complete(3);
      assertEquals(MIB + 16, other.receive().length);
      other.disconnect();
    }
  }

  @Test
  void shouldAlwaysLetOneRequestOfTheMaximumThrough() {
    try (TestConnection client = connect(1, 100)) {
      client.device().hold();
      client.request(0, 0, 1, 0, 32 * MIB);
      client.request(0, 0, 2, 0, 32 * MIB);
      assertEquals(1, client.device().heldCount());
      client.complete(0);
      assertEquals(32 * MIB + 16, client.receive().length);
      assertEquals(1, client.device().heldCount());
      client.complete(0);
      assertEquals(32 * MIB + 16, client.receive().length);
    }
  }

  @Test
  void shouldLetASmallRequestThroughWhenOthersHoldTheWholeBudget() {
    try (TestConnection client = connect(4 * MIB, 100)) {
      TestConnection other = new TestConnection(client).negotiate(HeaderFormat.SIMPLE, false);
      client.device().hold();
      client.request(0, 0, 1, 0, 32 * MIB);
      other.request(0, 0, 1, 0, 4096);
      other.request(0, 0, 2, 0, 4096);
      assertEquals(2, client.device().heldCount());
      other.complete(1);
      assertEquals(2, client.device().heldCount());
      other.complete(1);
      assertEquals(List.of(1L, 2L), other.replies(4096).stream().map(Wire.Reply::cookie).toList());
      other.disconnect();
    }
  }

  @Test
  void shouldStopReadingWhileTheClientDoesNotReadItsReplies() {
    try (TestConnection client = connect(64 * MIB, 1000)) {
      client.stall(true);
      for (int i = 0; i < 100; i++) {
        client.request(0, 0, i, 0, MIB);
      }
      assertTrue(client.device().seen().size() <= 3, client.device().seen().size() + " reads");
      assertFalse(client.channel().config().isAutoRead());
      client.stall(false);
      int bytes = client.receive().length;
      while (bytes < 100 * (MIB + 16)) {
        int more = client.receive().length;
        assertTrue(more > 0, "stopped after " + bytes);
        bytes += more;
      }
      assertEquals(100 * (MIB + 16), bytes);
      assertTrue(client.channel().config().isAutoRead());
      assertEquals(0, client.service().budget().used());
    }
  }

  @Test
  void shouldForgetAWaitingRequestWithItsConnection() {
    try (TestConnection client = connect(4 * MIB, 100)) {
      TestConnection other = new TestConnection(client).negotiate(HeaderFormat.SIMPLE, false);
      TestConnection third = new TestConnection(client).negotiate(HeaderFormat.SIMPLE, false);
      client.device().hold();
      client.request(0, 0, 1, 0, 4 * MIB);
      other.request(0, 0, 1, 0, 2 * MIB);
      third.request(0, 0, 1, 0, 2 * MIB);
      assertEquals(1, client.device().heldCount());
      other.disconnect();
      client.complete(0);
      client.receive();
      third.channel().runPendingTasks();
      assertEquals(1, client.device().heldCount());
      assertEquals(2 * MIB, client.service().budget().used());
      third.disconnect();
    }
  }

  @Test
  void shouldNotGiveMemoryToAWriteThatWaits() {
    try (TestConnection client = connect(4 * MIB, 100)) {
      TestConnection other = new TestConnection(client).negotiate(HeaderFormat.SIMPLE, false);
      client.device().hold();
      client.request(0, 0, 1, 0, 4 * MIB);
      other.send(Wire.request(HeaderFormat.SIMPLE, 0, 1, 1, 0, 2 * MIB));
      assertFalse(other.channel().config().isAutoRead());
      client.complete(0);
      client.receive();
      other.channel().runPendingTasks();
      assertTrue(other.channel().config().isAutoRead());
      other.send(new byte[2 * MIB]);
      assertEquals(1, client.device().heldCount());
      other.complete(0);
      assertEquals(0, other.reply(0).error());
      other.disconnect();
    }
  }
}
