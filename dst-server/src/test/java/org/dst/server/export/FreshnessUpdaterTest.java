package org.dst.server.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.server.state.StoreRecordManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FreshnessUpdaterTest {
  private final EmbeddedChannel home = new EmbeddedChannel();
  private final StoreRecordManager records = StoreRecordManager.inMemory();
  private int told;
  private final FreshnessUpdater freshness = freshness(false);

  FreshnessUpdaterTest() {
    home.freezeTime();
  }

  @AfterEach
  void close() {
    records.close();
    home.finish();
  }

  private FreshnessUpdater freshness(boolean readOnly) {
    return new FreshnessUpdater("disk", records, home.eventLoop(), () -> told++, readOnly);
  }

  private void advance(long nanos) throws Exception {
    home.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
    home.runScheduledPendingTasks();
    CompletableFuture<String> kept = new CompletableFuture<>();
    records.change(record -> record, kept::complete); // behind what was planned
    kept.get(20, TimeUnit.SECONDS);
    home.runPendingTasks();
  }

  @Test
  void shouldNotCountWhereNothingChanges() throws Exception {
    freshness(true).used();
    advance(FreshnessSchedule.INTERVAL);
    assertEquals(0, freshness.number());
    assertEquals(0, told);
  }

  @Test
  void shouldTakeOneStepForAllThatHappensInTheInterval() throws Exception {
    freshness.used();
    freshness.used();
    advance(FreshnessSchedule.INTERVAL - 1);
    assertEquals(0, freshness.number());
    advance(1);
    assertEquals(1, freshness.number());
    assertEquals(1, told);
    advance(10 * FreshnessSchedule.INTERVAL);
    assertEquals(1, freshness.number(), "nothing was written");
    freshness.used();
    advance(FreshnessSchedule.INTERVAL);
    assertEquals(2, freshness.number());
    assertEquals(2, told);
  }

  @Test
  void shouldTellNothingThatIsNotDurable() throws Exception {
    freshness.used();
    records.close();
    home.advanceTimeBy(FreshnessSchedule.INTERVAL, TimeUnit.NANOSECONDS);
    home.runScheduledPendingTasks();
    home.runPendingTasks();
    assertEquals(0, freshness.number());
    assertEquals(0, told);
  }
}
