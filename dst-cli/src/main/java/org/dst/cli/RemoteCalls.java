package org.dst.cli;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.dst.client.link.Dialer;
import org.dst.client.link.LinkException;
import org.dst.client.link.Transport;
import org.dst.crypto.checksum.Checksums;

/** What the commands that talk to a server share. */
final class RemoteCalls {
  private RemoteCalls() {}

  static Dialer dialer(Duration timeout) {
    return new Dialer(Transport.best(), Checksums.DEFAULT, timeout);
  }

  /** An event loop for a command that ends soon. */
  static EventLoop loop() {
    return Transport.best().newLoops(1, "dst-control").next();
  }

  /** Waits for an answer; a failed link becomes the user's error. */
  static <T> T await(CompletableFuture<T> answer) throws UserError, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof LinkException link) {
        throw UserError.of(link);
      }
      throw new IllegalStateException(failed.getCause());
    }
  }
}
