package org.dst.server.export;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.dst.server.state.StoreRecord;
import org.dst.server.state.StoreRecordManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the record of a store fresher while clients write to it, so that they notice if it is set
 * back. Never on the path of a request: the record is written by its keeper.
 */
final class FreshnessUpdater {
  private static final Logger log = LoggerFactory.getLogger(FreshnessUpdater.class);

  private final String export;
  private final StoreRecordManager keeper;
  private final EventExecutor home;
  private final Runnable told;
  private final boolean readOnly;
  private final FreshnessSchedule pace = new FreshnessSchedule();

  /** Owned by the keeper's thread. */
  private boolean failing;

  /**
   * @param export its name, for people
   * @param told run on {@code home} when the store is fresher, durably
   * @param readOnly nothing changes, so that nothing gets fresher: several servers may have the
   *     store, and what one of them counts the others would not know
   */
  FreshnessUpdater(
      String export,
      StoreRecordManager keeper,
      EventExecutor home,
      Runnable told,
      boolean readOnly) {
    this.export = export;
    this.keeper = keeper;
    this.home = home;
    this.told = told;
    this.readOnly = readOnly;
  }

  /**
   * A client was told that its data is durable, or has attached to write. Any thread; does not
   * wait.
   */
  void used() {
    if (!readOnly && pace.used()) {
      onHomeLoop(() -> home.schedule(this::step, FreshnessSchedule.INTERVAL, TimeUnit.NANOSECONDS));
    }
  }

  private void step() {
    pace.step();
    keeper.change(StoreRecord::fresher, this::kept);
  }

  private void kept(String failure) {
    if (failure == null) {
      onHomeLoop(() -> home.execute(told));
    } else if (!failing) {
      log.warn("'{}': its clients may not notice if it is set back: {}", export, failure);
    }
    failing = failure != null;
  }

  /** The number, as it is durable now. Any thread. */
  long number() {
    return keeper.record().freshness();
  }

  private static void onHomeLoop(Runnable task) {
    try {
      task.run();
    } catch (RejectedExecutionException stopped) {
      log.debug("the server stops");
    }
  }
}
