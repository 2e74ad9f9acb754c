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
 * A session with its state file: takes the place of a predecessor that died, makes sure that
 * nothing which that one acknowledged is missing, and leaves without a trace. For threads that may
 * block.
 */
final class AttachedSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AttachedSession.class);
  private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final SessionOpener opener;
  private final DeferredJournal[] journals;
  private final EventLoopGroup loops;
  private final BlockDevice device;
  private final UUID store;

  /** Under this verifier everything that was acknowledged is durable; null if none is known. */
  private final UUID endedClean;

  /** Null if nothing is kept. */
  private ClientState state;

  private boolean left;

  private AttachedSession(
      SessionOpener opener,
      DeferredJournal[] journals,
      EventLoopGroup loops,
      SessionOpener.Opened opened) {
    this.opener = opener;
    this.journals = journals;
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
        DeferredJournal[] journals = new DeferredJournal[options.lanes()];
        Arrays.setAll(journals, lane -> new DeferredJournal());
        mayHold = false;
        SessionOptions.Identity identity = succession.next();
        SessionOpener opener = new SessionOpener(succession.options(), identity, journals, loops);
        try {
          SessionOpener.Opened opened = opener.open().get();
          AttachedSession session = new AttachedSession(opener, journals, loops, opened);
          session.succeed(succession, opened.first(), options, state.acceptLoss());
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
   * Makes durable what others left in the server's cache, before anybody relies on it; says so if
   * it was a predecessor's and is lost.
   */
  private void succeed(
      Succession succession, Attached first, SessionOptions options, boolean acceptLoss)
      throws IOException, InterruptedException {
    List<Predecessor> predecessors = succession.predecessors(first);
    boolean flushed = !options.access().writable() || flush();
    for (Predecessor predecessor : predecessors) {
      if (predecessor.unflushed()) {
        requireKept(predecessor, flushed, options, acceptLoss);
      }
    }
    succession.begin(store, journals);
    state = succession.file();
    if (state != null) {
      opener.followFreshness(state::freshness);
    }
  }

  private void requireKept(
      Predecessor predecessor, boolean flushed, SessionOptions options, boolean acceptLoss)
      throws LostWritesException {
    UUID verifier = predecessor.verifier();
    if (verifier != null && verifier.equals(endedClean)) {
      log.info(
          "the server was stopped in order after a client had left writes unflushed: all kept");
      return;
    }
    // The flush may have succeeded under a later verifier, when what it was for was gone already.
    boolean kept =
        flushed && Arrays.stream(journals).allMatch(journal -> journal.isUnder(verifier));
    if (!kept && !acceptLoss) {
      throw new LostWritesException(options.export());
    }
    if (kept) {
      log.info("flushed what a client that died had left unflushed");
    } else {
      log.warn("unflushed writes of a client that died are lost; accepted by --accept-loss");
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
   * Leaves everything to a successor, as a process does that dies, but flushed: the state file
   * stays and with it the lease. To be followed by the end of the process.
   */
  DetachOutcome bequeath() {
    left = true;
    FinalFlush flush = flushToLeave();
    DetachOutcome outcome =
        flush.succeeded()
            ? DetachOutcome.CLEAN
            : UndurableState.of(opener, journals).tell(flush, state, true);
    giveUp(false);
    return outcome;
  }

  /** Flushes, leaves the export and says what stays behind. Blocks for a bounded time. */
  DetachOutcome leave() {
    if (left) {
      return DetachOutcome.CLEAN;
    }
    left = true;
    FinalFlush flush = flushToLeave();
    UndurableState remains = UndurableState.of(opener, journals);
    boolean confirmed = opener.close();
    DetachOutcome outcome = DetachOutcome.CLEAN;
    if (!flush.succeeded()) {
      outcome = remains.tell(flush, state, !confirmed);
    } else if (!confirmed) {
      outcome =
          remains.tell(new FinalFlush("the server has not confirmed the detach"), state, true);
    }
    giveUp(flush.succeeded() && confirmed);
    String counted = counters().summary();
    if (!counted.isEmpty()) {
      log.info("counted since the attach: {}", counted);
    }
    return outcome;
  }

  @Override
  public void close() {
    leave();
  }

  private void giveUp(boolean remove) {
    if (state == null) {
      return;
    }
    opener.followFreshness(unheard -> {}); // the file may be a successor's soon
    try {
      if (remove) {
        state.remove();
      } else {
        state.close();
      }
    } catch (IOException failed) {
      log.warn("cannot give up the state file: {}", failed.getMessage());
    }
  }
}
