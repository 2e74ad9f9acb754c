package org.dst.system.sim;

/** How bad network and storage are in this run. Off at the end, so that progress can be checked. */
final class SimFaults {
  private final Timeline time;
  private final int dropOneIn;
  private final int repeatOneIn;
  private final int damageOneIn;
  private final int chokeOneIn;
  private final long latencyMicros;
  private boolean on = true;

  SimFaults(Timeline time) {
    this.time = time;
    dropOneIn = pick(time, 0, 100, 500, 5000);
    repeatOneIn = pick(time, 0, 50, 500);
    damageOneIn = pick(time, 0, 100, 1000);
    chokeOneIn = pick(time, 0, 0, 100, 1000);
    latencyMicros = pick(time, 20, 200, 5000, 100_000);
  }

  private static int pick(Timeline time, int... choices) {
    return choices[time.random().nextInt(choices.length)];
  }

  boolean drops() {
    return happens(dropOneIn);
  }

  boolean repeats() {
    return happens(repeatOneIn);
  }

  boolean damages() {
    return happens(damageOneIn);
  }

  boolean chokes() {
    return happens(chokeOneIn);
  }

  private boolean happens(int oneIn) {
    return on && oneIn > 0 && time.chance(oneIn);
  }

  /** Nanoseconds that a frame is under way. */
  long latency() {
    long usual = time.micros(latencyMicros);
    return on && time.chance(200) ? usual + time.micros(3_000_000) : usual;
  }

  /** Nanoseconds that the storage takes for one call; sometimes longer than every timeout. */
  long storageDelay() {
    long usual = time.micros(2000);
    return on && time.chance(300) ? usual + time.micros(20_000_000) : usual;
  }

  void end() {
    on = false;
  }

  boolean isOn() {
    return on;
  }
}
