package org.dst.client.session;

import io.netty.channel.EventLoopGroup;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.PinnedExport;
import org.dst.client.lane.UnflushedMarker;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attaches the lanes of a session, lane 0 before the others, and detaches them. Any thread. */
public final class SessionOpener {
  private static final Logger log = LoggerFactory.getLogger(SessionOpener.class);

  private final SessionOptions options;
  private final Counters<ClientCounter> counters = new Counters<>(ClientCounter.class);
  private final PinnedExport export;
  private final DeviceSize size = new DeviceSize();
  private final Lane[] lanes;

  /**
   * Prepares lanes, each on an event loop of its own while there are enough.
   *
   * @param markers one for each lane
   */
  public SessionOpener(
      SessionOptions options,
      SessionOptions.Identity identity,
      UnflushedMarker[] markers,
      EventLoopGroup loops) {
    this.options = options;
    export = new PinnedExport(identity.freshness());
    lanes = new Lane[options.lanes()];
    for (int i = 0; i < lanes.length; i++) {
      // Only lane 0 counts: another lane may be late, and shrink the disk again for a moment.
      LongConsumer sizeHeard = i == 0 ? size::heard : unused -> {};
      lanes[i] =
          new Lane(options, identity, export, markers[i], counters, i, loops.next(), sizeHeard);
    }
  }

  /** The session's counters. */
  public Counters<ClientCounter> counters() {
    return counters;
  }

  /** Attaches; fails with {@link org.dst.client.link.LinkException}. */
  public CompletableFuture<Opened> open() {
    return lanes[0].attach().thenCompose(this::attachOthers);
  }

  /** A session and the answer to its first attach. */
  public record Opened(Session session, Attached first) {}

  private CompletableFuture<Opened> attachOthers(Attached first) {
    CompletableFuture<?>[] others =
        Arrays.stream(lanes).skip(1).map(Lane::attach).toArray(CompletableFuture[]::new);
    LaneSubmitter[] submitters =
        Arrays.stream(lanes).map(Lane::submitter).toArray(LaneSubmitter[]::new);
    return CompletableFuture.allOf(others)
        .thenApply(
            all -> {
              Session session = new Session(options.export(), first, submitters, options.maxPart());
              size.follow(session::resized);
              return new Opened(session, first);
            });
  }

  /**
   * Passes on the store's freshness, now and whenever it rises.
   *
   * @param listener called on the event loop of any lane; one call at a time
   */
  public void followFreshness(LongConsumer listener) {
    export.followFreshness(listener);
  }

  /** A snapshot of the session; each lane is asked on its event loop. */
  public CompletableFuture<SessionStatus> status() {
    List<CompletableFuture<LaneStatus>> asked = Arrays.stream(lanes).map(Lane::status).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                new SessionStatus(
                    options.export(),
                    options.client(),
                    options.servers(),
                    export.first(),
                    export.size(),
                    export.freshness(),
                    asked.stream().map(CompletableFuture::join).toList(),
                    counters.snapshot()));
  }

  /**
   * Whether the server may have granted the session's first attach without this client having heard
   * of it. Blocks for a moment.
   */
  public boolean isInDoubt() {
    return lanes[0].isInDoubt().join();
  }

  /**
   * Detaches, waiting a bounded time for the server to confirm it.
   *
   * @return whether the server has confirmed it for every lane, so that it holds no lease for this
   *     session
   */
  public boolean close() {
    List<CompletableFuture<Boolean>> all = Arrays.stream(lanes).map(Lane::detach).toList();
    boolean confirmed = false;
    try {
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(5, TimeUnit.SECONDS);
      confirmed = all.stream().allMatch(CompletableFuture::join);
    } catch (TimeoutException late) {
      log.warn("the server did not confirm the detach within 5 s");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
    release();
    return confirmed;
  }

  /** Releases what the lanes retain, whatever the server says. */
  void release() {
    for (Lane lane : lanes) {
      lane.release();
    }
  }
}
