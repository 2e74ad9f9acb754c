package org.dst.server.export;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.dst.server.state.StoreRecord;
import org.dst.server.state.StoreRecordManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Increments the freshness of a store while clients write to it, so that they notice if the store
 * is rolled back. Never delays a request: the record is written on its own thread.
 */
final class FreshnessUpdater {
  private static final Logger log = LoggerFactory.getLogger(FreshnessUpdater.class);

  private final String export;
  private final StoreRecordManager records;
  private final EventExecutor home;
  private final Runnable told;
  private final boolean readOnly;
  private final FreshnessSchedule schedule = new FreshnessSchedule();

  /** Owned by the record's writer thread. */
  private boolean failing;

  /**
   * @param export its name, for the log
   * @param told run on {@code home} when the freshness has durably increased
   * @param readOnly nothing changes, so the freshness stays: several servers may serve the store,
   *     and none would know of the others' increments
   */
  FreshnessUpdater(
      String export,
      StoreRecordManager records,
      EventExecutor home,
      Runnable told,
      boolean readOnly) {
    this.export = export;
    this.records = records;
    this.home = home;
    this.told = told;
    this.readOnly = readOnly;
  }

  /**
   * A client was told that its data is durable, or has attached read-write. Any thread; does not
   * wait.
   */
  void used() {
    if (!readOnly && schedule.used()) {
      onHomeLoop(() -> home.schedule(this::step, FreshnessSchedule.INTERVAL, TimeUnit.NANOSECONDS));
    }
  }

  private void step() {
    schedule.step();
    records.change(StoreRecord::fresher, this::kept);
  }

  private void kept(String failure) {
    if (failure == null) {
      onHomeLoop(() -> home.execute(told));
    } else if (!failing) {
      log.warn(
          "'{}': cannot save the store's freshness, so clients may not notice if it is rolled back:"
              + " {}",
          export,
          failure);
    }
    failing = failure != null;
  }

  /** The durable freshness. Any thread. */
  long number() {
    return records.record().freshness();
  }

  private static void onHomeLoop(Runnable task) {
    try {
      task.run();
    } catch (RejectedExecutionException stopped) {
      log.debug("the server stops");
    }
  }
}
