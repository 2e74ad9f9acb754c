package org.dst.system.sim;

import org.dst.protocol.Opcode;

/**
 * The fault rates of network and storage in one run. All zero at the end, so that progress can be
 * checked.
 */
class SimFaults {
  private final Timeline time;
  private final int dropOneIn;
  private final int repeatOneIn;
  private final int damageOneIn;
  private final int chokeOneIn;
  private final boolean slowSyncs;
  private final int slowOneIn;
  private final long latencyMicros;
  private boolean on = true;

  SimFaults(Timeline time) {
    this.time = time;
    dropOneIn = pick(time, 0, 25, 100, 1000);
    repeatOneIn = pick(time, 0, 50, 500);
    damageOneIn = pick(time, 0, 100, 1000);
    chokeOneIn = pick(time, 0, 0, 100, 1000);
    slowOneIn = pick(time, 0, 3, 30);
    slowSyncs = time.chance(2);
    latencyMicros = pick(time, 20, 200, 5000, 100_000);
  }

  private static int pick(Timeline time, int... choices) {
    return choices[time.random().nextInt(choices.length)];
  }

  boolean drops(byte[] frame) {
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

  /** Nanoseconds until another thread of the server takes up what it was handed. */
  long handOver() {
    return happens(slowOneIn) ? time.micros(30_000) : time.micros(50);
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
  long storageDelay(Opcode opcode) {
    long most = time.chance(4) ? 20 : opcode == Opcode.FLUSH && slowSyncs ? 100_000 : 2000;
    long usual = time.micros(most);
    return on && time.chance(300) ? usual + time.micros(20_000_000) : usual;
  }

  void end() {
    on = false;
  }

  boolean isOn() {
    return on;
  }
}
