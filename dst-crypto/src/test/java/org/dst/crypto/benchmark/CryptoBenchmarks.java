package org.dst.crypto.benchmark;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks and prints a table in Markdown, in GB/s. */
public final class CryptoBenchmarks {
  private static final long WARM_UP_MILLIS = 1000;

  private CryptoBenchmarks() {}

  /**
   * Runs everything, or what matches.
   *
   * @param arguments a regular expression that benchmarks' names contain, and the milliseconds that
   *     each is measured
   */
  public static void main(String[] arguments) throws RunnerException {
    String include = arguments.length > 0 ? arguments[0] : "org.dst.crypto.benchmark";
    long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1000;
    Options options =
        new OptionsBuilder()
            .include(include)
            .forks(1)
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .warmupIterations(2)
            .warmupTime(TimeValue.milliseconds(WARM_UP_MILLIS))
            .measurementIterations(3)
            .measurementTime(TimeValue.milliseconds(millis))
            .jvmArgs("--enable-native-access=ALL-UNNAMED", "-Xmx512m")
            .build();
    print(new Runner(options).run());
  }

  private static void print(Collection<RunResult> results) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (RunResult result : results) {
      String name = result.getParams().getParam("cipher");
      if (name == null) {
        name = result.getParams().getParam("checksum");
      }
      String what = name + ", " + result.getPrimaryResult().getLabel();
      double nanos = result.getPrimaryResult().getScore();
      long bytes = Long.parseLong(result.getParams().getParam("bytes"));
      rows.computeIfAbsent(what, key -> new ArrayList<>()).add("%.2f".formatted(bytes / nanos));
    }
    System.out.println("| GB/s | 4 KiB | 64 KiB | 1 MiB |");
    System.out.println("| --- | --- | --- | --- |");
    rows.forEach(
        (what, speeds) ->
            System.out.println("| " + what + " | " + String.join(" | ", speeds) + " |"));
  }
}
