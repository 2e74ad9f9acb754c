package org.dst.cli;

import static org.dst.cli.CommandLineRun.dst;
import static org.dst.cli.CommandLineRun.dstd;

import org.dst.cli.command.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An option that is asked for alone is never refused because of the default of another one; two
 * that are asked for are, if they contradict each other.
 */
@Timeout(60)
class DefaultsGiveWayTest {
  /** A good command line comes as far as the server, where there is none. */
  private static void attaches(String... options) {
    attach(options).complained(ExitCode.UNREACHABLE, "127.0.0.1:1");
  }

  private static CommandLineRun attach(String... options) {
    return dst(with(options, "attach", "127.0.0.1:1/disk", "--listen=127.0.0.1:0"));
  }

  /** A good command line comes as far as the file, which is missing. */
  private static void exports(String... options) {
    export(options).complained(ExitCode.LOCAL, "/nowhere/d does not exist");
  }

  private static CommandLineRun export(String... options) {
    return dstd(with(options, "export", "d=/nowhere/d", "--listen=127.0.0.1:0"));
  }

  private static String[] with(String[] options, String... before) {
    String[] all = new String[before.length + options.length];
    System.arraycopy(before, 0, all, 0, before.length);
    System.arraycopy(options, 0, all, before.length, options.length);
    return all;
  }

  @Test
  void shouldFitTheOtherTimeOfPingsToTheOneThatIsAskedFor() {
    for (String time : new String[] {"0.5", "3", "5", "15", "20", "3000"}) {
      attaches("--ping-timeout=" + time);
      exports("--ping-timeout=" + time);
      attaches("--ping-interval=" + time);
      exports("--ping-interval=" + time);
    }
    String text = "--ping-timeout 3 with --ping-interval 4.5 (expected: a timeout longer";
    attach("--ping-timeout=3", "--ping-interval=4.5").complained(ExitCode.USAGE, text);
    export("--ping-timeout=3", "--ping-interval=4.5").complained(ExitCode.USAGE, text);
    export("--ping-timeout=NaN").complained(ExitCode.USAGE, "--ping-timeout NaN", "0.001 to 3600");
    export("--ping-interval=0").complained(ExitCode.USAGE, "--ping-interval 0.0", "0.001 to 3600");
  }

  @Test
  void shouldFitTheOtherWaitOfReconnectsToTheOneThatIsAskedFor() {
    attaches("--reconnect-most=0.01");
    attaches("--reconnect-first=60");
    attach("--reconnect-most=2", "--reconnect-first=3")
        .complained(ExitCode.USAGE, "--reconnect-most 2 with --reconnect-first 3 (expected: ");
  }

  @Test
  void shouldTakeTheMostOfEachOptionThatSharesALimit() {
    attaches("--lanes=64");
    attaches("--unflushed-limit=1M");
    attach("--lanes=4", "--unflushed-limit=3M")
        .complained(
            ExitCode.USAGE, "--unflushed-limit 3.0 MiB with 4 lanes (expected: at least 1M");
    attach("--unflushed-limit=1P")
        .complained(
            ExitCode.USAGE, "--unflushed-limit 1.0 PiB: this JVM may use", "DST_JAVA_OPTIONS");
    exports("--max-payload=32M");
    exports("--max-payload=64k");
  }

  /** A machine may lack the one or the other, which is another complaint. */
  @Test
  void shouldTakeEveryEngineWithTheUsualTransportAndTheOtherWayRound() {
    for (String option :
        new String[] {
          "--engine=uring", "--engine=threads", "--transport=nio", "--transport=io_uring"
        }) {
      export(option).complained(ExitCode.LOCAL);
    }
  }
}
