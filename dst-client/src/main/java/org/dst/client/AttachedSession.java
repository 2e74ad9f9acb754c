package org.dst.client;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.dst.client.device.BlockDevice;
import org.dst.client.lane.ClientCounter;
import org.dst.client.link.LinkException;
import org.dst.client.session.SessionOpener;
import org.dst.client.session.SessionOptions;
import org.dst.client.session.SessionStatus;
import org.dst.client.state.ClientState;
import org.dst.client.state.Predecessor;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with its state file: succeeds a predecessor that died, makes sure that nothing it
 * acknowledged is lost, and flushes and cleans up when it detaches. For threads that may block.
 */
final class AttachedSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AttachedSession.class);
  private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final SessionOpener opener;
  private final DeferredMarker[] markers;
  private final EventLoopGroup loops;
  private final BlockDevice device;
  private final UUID store;

  /** Everything acknowledged under this verifier is durable; null if none is known. */
  private final UUID endedClean;

  /** Null without a state directory. */
  private ClientState state;

  private boolean left;

  private AttachedSession(
      SessionOpener opener,
      DeferredMarker[] markers,
      EventLoopGroup loops,
      SessionOpener.Opened opened) {
    this.opener = opener;
    this.markers = markers;
    this.loops = loops;
    device = opened.session();
    store = opened.first().identity();
    endedClean = opened.first().cleanPredecessor();
  }

  /** Attaches; fails with the causes that {@link Attachment#open} names. */
  static AttachedSession open(SessionOptions options, StateOptions state, EventLoopGroup loops)
      throws IOException, InterruptedException, ExecutionException {
    Succession succession = new Succession(options, state);
    boolean mayHold = false;
    try {
      while (true) {
        DeferredMarker[] markers = new DeferredMarker[options.lanes()];
        Arrays.setAll(markers, lane -> new DeferredMarker());
        mayHold = false;
        SessionOptions.Identity identity = succession.next();
        SessionOpener opener = new SessionOpener(succession.options(), identity, markers, loops);
        try {
          SessionOpener.Opened opened = opener.open().get();
          AttachedSession session = new AttachedSession(opener, markers, loops, opened);
          session.recoverFrom(succession, opened.first(), options, state.acceptLoss());
          return session;
        } catch (ExecutionException failed) {
          boolean inDoubt = opener.isInDoubt();
          mayHold = !opener.close() && inDoubt;
          if (!(failed.getCause() instanceof LinkException link)
              || !succession.failed(link.failure(), mayHold)) {
            throw failed;
          }
        } catch (IOException | InterruptedException | RuntimeException failed) {
          mayHold = !opener.close();
          throw failed;
        }
      }
    } catch (IOException | InterruptedException | ExecutionException | RuntimeException failed) {
      succession.abandon(mayHold);
      throw failed;
    }
  }

  /**
   * Flushes what predecessors left in the server's cache before anybody relies on it, and fails if
   * it is lost.
   */
  private void recoverFrom(
      Succession succession, Attached first, SessionOptions options, boolean acceptLoss)
      throws IOException, InterruptedException {
    List<Predecessor> predecessors = succession.predecessors(first);
    boolean flushed = !options.access().writable() || flush();
    for (Predecessor predecessor : predecessors) {
      if (predecessor.unflushed()) {
        requireNothingLost(predecessor, flushed, options, acceptLoss);
      }
    }
    succession.begin(store, markers);
    state = succession.file();
    if (state != null) {
      opener.followFreshness(state::freshness);
    }
  }

  private void requireNothingLost(
      Predecessor predecessor, boolean flushed, SessionOptions options, boolean acceptLoss)
      throws LostWritesException {
    UUID verifier = predecessor.verifier();
    if (verifier != null && verifier.equals(endedClean)) {
      log.info("a dead client left unflushed writes; the server stopped cleanly, none was lost");
      return;
    }
    // The flush may have succeeded under a later verifier, when those writes were lost already.
    boolean kept = flushed && Arrays.stream(markers).allMatch(marker -> marker.isUnder(verifier));
    if (!kept && !acceptLoss) {
      throw new LostWritesException(options.export());
    }
    if (kept) {
      log.info("a dead client left unflushed writes; flushed them, none was lost");
    } else {
      log.warn("unflushed writes of a dead client are lost; accepted by --accept-loss");
    }
  }

  BlockDevice device() {
    return device;
  }

  /** The identity of the server's store. */
  UUID store() {
    return store;
  }

  Counters<ClientCounter> counters() {
    return opener.counters();
  }

  CompletableFuture<SessionStatus> status() {
    return opener.status();
  }

  /** Makes everything durable; false if that fails or takes too long. */
  private boolean flush() throws InterruptedException {
    FlushRequest flush = FlushRequest.submit(device, loops.next());
    return flush.awaitEnd(FLUSH_NANOS) && flush.succeeded();
  }

  private FinalFlush flushToLeave() {
    try {
      return FinalFlush.of(device, opener, loops.next());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new FinalFlush("interrupted");
    }
  }

  /**
   * Flushes, but leaves the session to a successor as a crash would: the state file stays, and with
   * it the lease. The process must end next.
   */
  DetachOutcome handOver() {
    left = true;
    FinalFlush flush = flushToLeave();
    DetachOutcome outcome =
        flush.succeeded()
            ? DetachOutcome.CLEAN
            : UnflushedAtDetach.of(opener, markers).report(flush, state, true);
    closeState(false);
    return outcome;
  }

  /** Flushes, detaches and logs what is left behind. Blocks for a bounded time. */
  DetachOutcome leave() {
    if (left) {
      return DetachOutcome.CLEAN;
    }
    left = true;
    FinalFlush flush = flushToLeave();
    UnflushedAtDetach unflushed = UnflushedAtDetach.of(opener, markers);
    boolean confirmed = opener.close();
    DetachOutcome outcome = DetachOutcome.CLEAN;
    if (!flush.succeeded()) {
      outcome = unflushed.report(flush, state, !confirmed);
    } else if (!confirmed) {
      outcome =
          unflushed.report(new FinalFlush("the server has not confirmed the detach"), state, true);
    }
    closeState(flush.succeeded() && confirmed);
    String counted = counters().summary();
    if (!counted.isEmpty()) {
      log.info("counters since the attach: {}", counted);
    }
    return outcome;
  }

  @Override
  public void close() {
    leave();
  }

  private void closeState(boolean remove) {
    if (state == null) {
      return;
    }
    opener.followFreshness(unheard -> {}); // a successor may own the file soon
    try {
      if (remove) {
        state.remove();
      } else {
        state.close();
      }
    } catch (IOException failed) {
      log.warn("cannot close the state file: {}", failed.getMessage());
    }
  }
}
