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

/** What the commands that talk to a server share. */
public final class ServerQueries {
  /** For a connection, and again for each answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private ServerQueries() {}

  /** Makes links that are protected in that way, by the best transport. */
  public static Dialer dialer(ClientSecurityOptions.Checked protection) {
    return dialer(protection, NettyTransport.best());
  }

  /** Makes links that are protected in that way. */
  public static Dialer dialer(ClientSecurityOptions.Checked protection, NettyTransport transport) {
    return new Dialer(
        transport, protection.checksums(), TIMEOUT, protection.security(), protection.crypto());
  }

  /** An event loop for a command that ends soon. */
  static EventLoop loop() {
    return NettyTransport.best().newLoops(1, "dst-control").next();
  }

  /**
   * Waits for an answer of {@code server}; a failed link, or none within the time that it takes to
   * look up, connect and answer at the worst, becomes the user's error.
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
