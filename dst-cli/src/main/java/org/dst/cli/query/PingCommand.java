package org.dst.cli.query;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.ProgramLifecycle;
import org.dst.cli.command.UserError;
import org.dst.cli.option.ServerAddressConverter;
import org.dst.cli.security.ClientSecurityOptions;
import org.dst.client.control.Pinger;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dst ping}: measures the round-trip time to a server. */
@Command(
    name = "ping",
    sortOptions = false,
    description = "Measures the round-trip time to a server until interrupted.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dst ping storage --key-file disk.key",
      "  dst ping 127.0.0.1 --count 10 --interval 0.2"
    })
public final class PingCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      paramLabel = "HOST[:PORT]",
      converter = ServerAddressConverter.class,
      description = "the server (default port: 7777)")
  private ServerAddress server;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      defaultValue = "0",
      description = "stop after N answers; 0 never stops (default: 0)")
  private long count;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "time between pings (default: ${DEFAULT-VALUE})")
  private double interval;

  @Mixin private ClientSecurityOptions security;

  @Mixin private CommonOptions common;

  private Dialer dialer;
  private Pinger pinger;
  private EventLoop loop;
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
    dialer = ServerQueries.dialer(security.checked());
    loop = ServerQueries.loop();
    connect();
    ProgramLifecycle.onSignal(this::summarize);
    try {
      pingAll();
    } finally {
      summarize();
    }
    pinger.close();
    return ExitCode.OK.code();
  }

  private void pingAll() throws UserError, InterruptedException {
    Duration wait = Duration.ofNanos((long) (interval * 1e9));
    while (true) {
      measured(ping());
      if (answers == count) {
        return;
      }
      Thread.sleep(wait); // paces the output; nothing is waited for
    }
  }

  private void connect() throws UserError, InterruptedException {
    pinger = ServerQueries.await(Pinger.connect(dialer, server, loop), server);
  }

  /** The server closes a link that never attaches; the next ping then dials a new one. */
  private long ping() throws UserError, InterruptedException {
    CompletableFuture<Long> answer = pinger.ping();
    try {
      return ServerQueries.await(answer, server);
    } catch (UserError lost) {
      if (!answer.isCompletedExceptionally()) {
        throw lost;
      }
      connect();
      return ServerQueries.await(pinger.ping(), server);
    }
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
          "%d answer%s, min/avg/max = %.3f/%.3f/%.3f ms%n",
          answers, answers == 1 ? "" : "s", least / 1e6, sum / 1e6 / answers, most / 1e6);
      System.out.flush();
    }
  }
}
