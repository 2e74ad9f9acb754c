package org.dst.client.session;

import io.netty.channel.EventLoopGroup;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attaches the lanes of a session, the first one first, and detaches them. Any thread. */
public final class SessionOpener {
  private static final Logger log = LoggerFactory.getLogger(SessionOpener.class);

  private final SessionOptions options;
  private final Lane[] lanes;

  /** Prepares lanes, each on an event loop of its own while there are enough. */
  public SessionOpener(SessionOptions options, EventLoopGroup loops) {
    this.options = options;
    lanes = new Lane[options.lanes()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(options, i, loops.next());
    }
  }

  /** Attaches; fails with {@link org.dst.client.link.LinkException}. */
  public CompletableFuture<Session> open() {
    return lanes[0].attach().thenCompose(this::attachOthers);
  }

  private CompletableFuture<Session> attachOthers(Attached first) {
    CompletableFuture<?>[] others =
        Arrays.stream(lanes).skip(1).map(Lane::attach).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(others)
        .thenApply(all -> new Session(options.export(), first, lanes, options.maxPart()));
  }

  /** Leaves the export, waiting a bounded time for the server's word. */
  public void close() {
    CompletableFuture<?>[] all =
        Arrays.stream(lanes).map(Lane::detach).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(all).get(5, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      log.warn("{} did not confirm the detach within 5 s", options.server());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
