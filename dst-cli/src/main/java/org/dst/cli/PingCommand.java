package org.dst.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.dst.client.control.Pinger;
import org.dst.client.link.ServerAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dst ping}: how fast a server answers. */
@Command(
    name = "ping",
    description = "Measures how fast a server answers, until it is interrupted.",
    footerHeading = "%nExamples:%n",
    footer = {"  dst ping storage", "  dst ping storage:7777 --count 10 --interval 0.2"})
final class PingCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "HOST[:PORT]",
      converter = ServerAddressConverter.class,
      description = "the server (default port: 7777)")
  private ServerAddress server;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      defaultValue = "0",
      description = "stop after N answers (default: go on until interrupted)")
  private long count;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "between two pings (default: ${DEFAULT-VALUE})")
  private double interval;

  private long answers;
  private long sum;
  private long least = Long.MAX_VALUE;
  private long most;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    if (count < 0 || !(interval >= 0 && interval <= 3600)) {
      throw new UserError(ExitCode.USAGE, "--count is 0 or more, --interval 0 to 3600 seconds");
    }
    Pinger pinger =
        RemoteCalls.await(
            Pinger.connect(RemoteCalls.dialer(Duration.ofSeconds(10)), server, RemoteCalls.loop()));
    Lifetime.onSignal(this::summarize);
    Duration wait = Duration.ofNanos((long) (interval * 1e9));
    while (true) {
      measured(RemoteCalls.await(pinger.ping()));
      if (answers == count) {
        break;
      }
      Thread.sleep(wait); // the pace of the output, nothing is waited for
    }
    pinger.close();
    summarize();
    return ExitCode.OK.code();
  }

  private synchronized void measured(long nanos) {
    answers++;
    sum += nanos;
    least = Math.min(least, nanos);
    most = Math.max(most, nanos);
    System.out.printf("answer from %s: n=%d time=%.3f ms%n", server, answers, nanos / 1e6);
    System.out.flush();
  }

  private synchronized void summarize() {
    if (answers > 0) {
      System.out.printf(
          "%d answers, min/avg/max = %.3f/%.3f/%.3f ms%n",
          answers, least / 1e6, sum / 1e6 / answers, most / 1e6);
      System.out.flush();
    }
  }
}
