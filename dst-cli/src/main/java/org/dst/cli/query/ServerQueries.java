package org.dst.cli.query;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.security.ClientSecurityOptions;
import org.dst.client.link.Dialer;
import org.dst.client.link.LinkException;
import org.dst.client.link.ServerAddress;
import org.dst.platform.loop.NettyTransport;

/** Dials a server and waits for its answers, for commands that exit afterwards. */
public final class ServerQueries {
  /** Time limit of connecting, and again of each answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private ServerQueries() {}

  /** A dialer for links with this protection, on the best transport. */
  public static Dialer dialer(ClientSecurityOptions.Checked protection) {
    return dialer(protection, NettyTransport.best());
  }

  /** A dialer for links with this protection. */
  public static Dialer dialer(ClientSecurityOptions.Checked protection, NettyTransport transport) {
    return new Dialer(
        transport, protection.checksums(), TIMEOUT, protection.security(), protection.crypto());
  }

  /** An event loop for a short-lived command. */
  static EventLoop loop() {
    return NettyTransport.best().newLoops(1, "dst-control").next();
  }

  /**
   * Waits for an answer of {@code server}. A failed link becomes a {@link UserError}, and so does
   * silence for as long as name lookup, connecting and answering may take together.
   */
  static <T> T await(CompletableFuture<T> answer, ServerAddress server)
      throws UserError, InterruptedException {
    Duration longest = TIMEOUT.multipliedBy(3);
    try {
      return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      throw new UserError(
          ExitCode.UNREACHABLE,
          "no answer from %s within %d s".formatted(server, longest.toSeconds()));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof LinkException link) {
        throw UserError.of(link);
      }
      throw new IllegalStateException(failed.getCause());
    }
  }
}
