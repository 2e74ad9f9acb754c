package org.dst.system.sim;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.dst.system.mutation.MutationTable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/simulate}: runs seeds, and traces the first one that violates an invariant. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    version = "simulate 0.1",
    description = {
      "Runs the real client and the real server in simulated time, with a network and a store"
          + " that fail in every permitted way, and checks the invariants of"
          + " docs/transactions.md after each reply. A seed determines everything; the same seed"
          + " gives the same run.",
      "Exits 0 if no invariant was violated, 1 if one was, 2 if it was called wrongly."
    })
public final class SimulateMain implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--seed", paramLabel = "N", description = "Run this seed only.")
  private Long seed;

  @Option(
      names = "--from",
      paramLabel = "N",
      description = "The first of several seeds. Default: a random one.")
  private Long from;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many seeds. Default: 100, or no limit with --minutes.")
  private Long seeds;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Start no new seed after this many minutes.")
  private Double minutes;

  @Option(
      names = "--operations",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Requests in each run. Default: ${DEFAULT-VALUE}.")
  private int operations;

  @Option(names = "--trace", description = "With --seed: also print the last events of the run.")
  private boolean trace;

  @Option(
      names = "--mutations",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "NAME",
      description =
          "Break the rules one by one, or those whose name contains NAME, and print which"
              + " invariant detects it, at which seed, as a table.")
  private String mutations;

  @Option(
      names = "--redundant",
      description = "The same for rules whose loss another rule compensates.")
  private boolean redundant;

  private SimulateMain() {}

  /** Runs the command line. */
  public static void main(String... arguments) {
    ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("org.dst"))
        .setLevel(ch.qos.logback.classic.Level.OFF);
    System.exit(new CommandLine(new SimulateMain()).execute(arguments));
  }

  @Override
  public Integer call() {
    check();
    if (mutations != null) {
      return MutationTable.print(mutations, System.out) ? 0 : 1;
    }
    if (redundant) {
      return MutationTable.printRedundant(System.out) ? 0 : 1;
    }
    if (seed != null) {
      return runSeeds(seed, 1, Double.MAX_VALUE);
    }
    long first = from != null ? from : System.nanoTime() & 0xffff_ffffL;
    long most = seeds != null ? seeds : minutes != null ? Long.MAX_VALUE : 100;
    return runSeeds(first, most, minutes != null ? minutes : Double.MAX_VALUE);
  }

  private void check() {
    require(
        seed == null || from == null && seeds == null && minutes == null,
        "--seed is one run; it goes with neither --from nor --seeds nor --minutes");
    require(seeds == null || seeds > 0, "--seeds " + seeds + " (expected: at least 1)");
    require(minutes == null || minutes > 0, "--minutes " + minutes + " (expected: more than 0)");
    require(operations > 0, "--operations " + operations + " (expected: at least 1)");
    require(!trace || seed != null, "--trace goes with --seed");
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private int runSeeds(long first, long most, double limit) {
    long start = System.nanoTime();
    Map<String, Long> totals = new TreeMap<>();
    long done = 0;
    while (done < most && (System.nanoTime() - start) / 60e9 < limit) {
      try {
        Simulation.Report report = Simulation.run(first + done, operations);
        add(totals, "client.", report.client().snapshot());
        add(totals, "server.", report.server().snapshot());
        if (trace) {
          report.trace().forEach(System.out::println);
        }
      } catch (Violation | AssertionError failed) {
        tell(first + done, failed);
        return 1;
      }
      done++;
    }
    long took = System.nanoTime() - start;
    System.out.printf(
        "%d seeds from %d, %d operations each: no violation; %d s, %.0f seeds a minute%n",
        done, first, operations, TimeUnit.NANOSECONDS.toSeconds(took), done * 60e9 / took);
    totals.forEach((name, sum) -> System.out.printf("  %-32s %d%n", name, sum));
    return 0;
  }

  private static void add(Map<String, Long> totals, String prefix, Map<String, Long> counters) {
    counters.forEach((name, count) -> totals.merge(prefix + name, count, Long::sum));
  }

  private void tell(long failedSeed, Throwable failed) {
    System.out.printf("seed %d violates %s%n", failedSeed, failed.getMessage());
    failed.printStackTrace(System.out);
    System.out.printf(
        "again: bin/simulate --seed %d%s%n",
        failedSeed, operations == 1000 ? "" : " --operations " + operations);
  }
}
