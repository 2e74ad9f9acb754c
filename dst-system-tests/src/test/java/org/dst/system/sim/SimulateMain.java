package org.dst.system.sim;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * {@code bin/simulate [--seed N] [--from N] [--seeds N] [--minutes N] [--operations N]}: runs seeds
 * and reports the first one that breaks an invariant, with the last events before it.
 */
public final class SimulateMain {
  private long seed = System.nanoTime() & 0xffff_ffffL;
  private long seeds = 100;
  private long minutes = Long.MAX_VALUE;
  private int operations = 1000;

  private SimulateMain() {}

  /** Runs the command line. */
  public static void main(String... arguments) {
    ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("ROOT"))
        .setLevel(ch.qos.logback.classic.Level.OFF);
    SimulateMain main = new SimulateMain();
    if (!main.parse(arguments)) {
      System.err.println(
          "usage: simulate [--seed N] [--from N] [--seeds N] [--minutes N] [--operations N]");
      System.exit(2);
    }
    System.exit(main.run() ? 0 : 1);
  }

  private boolean parse(String... arguments) {
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      long value = Long.parseLong(arguments[i + 1]);
      switch (arguments[i]) {
        case "--seed" -> {
          seed = value;
          seeds = 1;
        }
        case "--from" -> seed = value;
        case "--seeds" -> seeds = value;
        case "--minutes" -> {
          minutes = value;
          seeds = Long.MAX_VALUE;
        }
        case "--operations" -> operations = (int) value;
        default -> {
          return false;
        }
      }
    }
    return arguments.length % 2 == 0;
  }

  private boolean run() {
    long start = System.nanoTime();
    Map<String, Long> totals = new TreeMap<>();
    long done = 0;
    while (done < seeds && (System.nanoTime() - start) / 60e9 < minutes) {
      try {
        Simulation.Report report = Simulation.run(seed + done, operations);
        report
            .client()
            .snapshot()
            .forEach((name, n) -> totals.merge("client." + name, n, Long::sum));
        report
            .server()
            .snapshot()
            .forEach((name, n) -> totals.merge("server." + name, n, Long::sum));
      } catch (Violation | AssertionError | IllegalStateException failed) {
        System.out.printf("seed %d: %s%n", seed + done, failed);
        failed.printStackTrace(System.out);
        return false;
      }
      done++;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%d seeds from %d, %d operations each, no violation; %.0f seeds a minute%n",
        done, seed, operations, done * 60 / seconds);
    totals.forEach((name, sum) -> System.out.printf("  %-32s %d%n", name, sum));
    System.out.printf("  in %d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    return true;
  }
}
