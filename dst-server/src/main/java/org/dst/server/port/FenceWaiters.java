package org.dst.server.port;

import java.util.ArrayList;
import java.util.List;

/**
 * The callers of {@link ServerLink#fence}, who wait until nothing of the lane runs. Event loop
 * only.
 */
final class FenceWaiters {
  private final List<Runnable> waiting = new ArrayList<>();

  /** Null while something of the lane may run. */
  private RegistryProxy idleAt;

  /** Runs {@code whenIdle} on the export's home loop once nothing runs. */
  void add(Runnable whenIdle) {
    waiting.add(whenIdle);
    report();
  }

  /** Nothing of the lane runs any more. */
  void idle(RegistryProxy registry) {
    idleAt = registry;
    report();
  }

  private void report() {
    if (idleAt != null) {
      waiting.forEach(idleAt::run);
      waiting.clear();
    }
  }
}
