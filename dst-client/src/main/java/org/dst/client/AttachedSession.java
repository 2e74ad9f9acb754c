package org.dst.client;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.dst.client.device.BlockDevice;
import org.dst.client.session.ClientCounter;
import org.dst.client.session.LaneJournal;
import org.dst.client.session.LaneStatus;
import org.dst.client.session.SessionOpener;
import org.dst.client.session.SessionOptions;
import org.dst.client.session.SessionStatus;
import org.dst.client.state.ClientState;
import org.dst.client.state.ClientState.Predecessor;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attach;
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

  /**
   * How long a client that leaves waits for a lane without a link: what is not flushed then may be
   * lost with the server's cache, so a server that is just being restarted deserves some patience.
   */
  private static final long OUTAGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final SessionOpener opener;
  private final ClientState state;
  private final EventLoopGroup loops;
  private BlockDevice device;
  private UUID store;
  private boolean begun;

  private AttachedSession(SessionOpener opener, ClientState state, EventLoopGroup loops) {
    this.opener = opener;
    this.state = state;
    this.loops = loops;
  }

  /** Attaches; fails with the causes that {@link Attachment#open} names. */
  static AttachedSession open(SessionOptions options, StateOptions state, EventLoopGroup loops)
      throws IOException, InterruptedException, ExecutionException {
    ClientState file = state.file() == null ? null : ClientState.open(state.file());
    Predecessor predecessor = file == null ? null : file.predecessor();
    SessionOptions.Identity identity = identity(predecessor);
    DelayedJournal[] journals = new DelayedJournal[options.lanes()];
    Arrays.setAll(
        journals, lane -> new DelayedJournal(file == null ? LaneJournal.NONE : file.journal(lane)));
    SessionOpener opener = new SessionOpener(options, identity, journals, loops);
    AttachedSession session = new AttachedSession(opener, file, loops);
    try {
      SessionOpener.Opened opened = opener.open().get();
      session.device = opened.session();
      session.store = opened.first().identity();
      session.succeed(predecessor, journals, options, state.acceptLoss());
      session.begin(identity, opened.first(), journals);
      return session;
    } catch (IOException | InterruptedException | ExecutionException | RuntimeException failed) {
      session.close();
      throw failed;
    }
  }

  private static SessionOptions.Identity identity(Predecessor predecessor) {
    SecureRandom random = new SecureRandom();
    UUID session = new UUID(random.nextLong(), random.nextLong());
    return predecessor == null
        ? new SessionOptions.Identity(session, Attach.NO_SESSION, null)
        : new SessionOptions.Identity(session, predecessor.session(), predecessor.identity());
  }

  /**
   * Makes durable what others left in the server's cache, before anybody relies on it; says so if
   * it was a predecessor's and is lost.
   */
  private void succeed(
      Predecessor predecessor,
      DelayedJournal[] journals,
      SessionOptions options,
      boolean acceptLoss)
      throws IOException, InterruptedException {
    if (!options.access().writable()) {
      return;
    }
    boolean flushed = flush();
    if (predecessor == null || !predecessor.unflushed()) {
      return;
    }
    // The flush may have succeeded under a later verifier, when what it was for was gone already.
    boolean kept =
        flushed
            && Arrays.stream(journals).allMatch(journal -> journal.isUnder(predecessor.verifier()));
    if (!kept && !acceptLoss) {
      throw new LostWritesException(options.export());
    }
    if (kept) {
      log.info("flushed what a client that died had left unflushed");
    } else {
      log.warn("unflushed writes of a client that died are lost; accepted by --accept-loss");
    }
  }

  private void begin(SessionOptions.Identity identity, Attached first, DelayedJournal[] journals) {
    if (state != null) {
      state.begin(identity.session(), first.identity(), journals.length);
      for (DelayedJournal journal : journals) {
        journal.start();
      }
    }
    begun = true;
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

  /** The same, but for a server that is gone it does not wait so long; says what stays behind. */
  private boolean flushToLeave() throws InterruptedException {
    FlushRequest flush = FlushRequest.submit(device, loops.next());
    long begin = System.nanoTime();
    long end = begin + FLUSH_NANOS;
    String reason = "the flush has failed or takes too long";
    while (!flush.awaitEnd(LOOK_NANOS) && System.nanoTime() - end < 0) {
      LaneStatus gone = opener.status().join().longGone(OUTAGE_NANOS);
      if (gone != null && System.nanoTime() - begin >= OUTAGE_NANOS) {
        reason = gone.outage();
        break;
      }
    }
    boolean flushed = flush.succeeded();
    if (!flushed) {
      log.error(
          "leaving, and {} bytes of acknowledged writes could not be flushed: {}; the next attach"
              + " on this machine sees to them",
          opener.status().join().unflushedBytes(),
          reason);
    }
    return flushed;
  }

  /**
   * Leaves everything to a successor, as a process does that dies, but flushed: the state file
   * stays and with it the lease. To be followed by the end of the process.
   */
  void bequeath() {
    try {
      flushToLeave();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    closeState(false);
  }

  @Override
  public void close() {
    boolean clean = false;
    try {
      clean = begun && flushToLeave();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    opener.close();
    closeState(clean);
    String counted = counters().summary();
    if (begun && !counted.isEmpty()) {
      log.info("counted since the attach: {}", counted);
    }
  }

  private void closeState(boolean clean) {
    if (state == null) {
      return;
    }
    try {
      if (clean) {
        state.remove();
      } else {
        state.close();
      }
    } catch (IOException failed) {
      log.warn("cannot give up the state file: {}", failed.getMessage());
    }
  }
}
