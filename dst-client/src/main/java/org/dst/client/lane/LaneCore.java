package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.protocol.link.LinkLiveness;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decisions of one lane: here, when to connect and when a link is dead; in {@link
 * TransactionFlow}, what to send, resend and replay. Pure and single-threaded: time comes in as
 * {@code nowNanos}, which never goes back, and side effects go out to {@link ClientLaneActions}.
 * The rules are those of docs/transactions.md.
 */
public final class LaneCore {
  private static final Logger log = LoggerFactory.getLogger(LaneCore.class);

  /** The state of the lane's link. */
  private enum State {
    /** No link; the next attempt is at {@code wakeNanos}. */
    DOWN,
    /** A link is being opened. */
    DIALING,
    /** The attach was sent; it times out at {@code wakeNanos}. */
    ATTACHING,
    /** Transactions flow, or are about to: see {@link TransactionFlow.State}. */
    ATTACHED,
    /** Another client has taken over the export: every request fails at once. */
    OVER
  }

  private final LaneOptions options;
  private final ClientLaneActions actions;
  private final PinnedExport export;
  private final UUID pinned;
  private final Counters<ClientCounter> counters;
  private final ReconnectScheduler reconnect;

  private final TransactionFlow flow;
  private final Outages outages = new Outages();

  private State state = State.DOWN;
  private LinkLiveness liveness;
  private long generation;
  private long wakeNanos;

  /**
   * A lane without a link.
   *
   * @param pinned the store's identity recorded before; null if unknown
   * @param export shared by the lanes of a session
   */
  public LaneCore(
      LaneOptions options,
      ClientLaneActions actions,
      UnflushedMarker marker,
      PinnedExport export,
      UUID pinned,
      Counters<ClientCounter> counters,
      RandomGenerator random) {
    this.options = options;
    this.actions = actions;
    this.export = export;
    this.pinned = pinned;
    this.counters = counters;
    reconnect = new ReconnectScheduler(options.reconnectFirst(), options.reconnectMost(), random);
    flow = new TransactionFlow(options, actions, marker, counters);
  }

  /** Starts connecting. */
  public void connect(long nowNanos) {
    state = State.DIALING;
    actions.dial(reconnect.dial(nowNanos));
  }

  /** The link is open: it can be attached. */
  public void opened(long nowNanos) {
    state = State.ATTACHING;
    reconnect.opened(nowNanos);
    wakeNanos = nowNanos + options.attachTimeout().toNanos();
    actions.attach(++generation);
  }

  /**
   * The server has granted the attach.
   *
   * @return why the lane rejects the answer, and the link must end; null if it accepts
   */
  public String attached(Attached answer, long nowNanos) throws MalformedException {
    if (state != State.ATTACHING) {
      throw new MalformedException("unexpected ATTACHED");
    }
    String objection = export.check(answer, pinned);
    if (objection != null) {
      counters.count(ClientCounter.STRANGE_STORES);
      reconnect.refused();
      return objection;
    }
    liveness =
        new LinkLiveness(
            options.pingInterval().toNanos(), options.pingTimeout().toNanos(), nowNanos);
    reconnect.attached();
    long outageNanos = outages.end(nowNanos);
    if (outageNanos >= 0) {
      counters.count(ClientCounter.RECONNECTS);
      long outage = TimeUnit.NANOSECONDS.toMillis(outageNanos);
      counters.add(ClientCounter.OUTAGE_MILLIS, outage);
      log.info("reconnected after an outage of {} ms", outage);
    }
    state = State.ATTACHED;
    flow.resized(answer.size());
    flow.resume(answer, nowNanos);
    return null;
  }

  /** The server has announced another size of the export, in bytes. */
  public void resized(long size, long nowNanos) {
    counters.count(ClientCounter.RESIZES);
    export.resized(size);
    flow.resized(size);
    flow.retryStuck(nowNanos);
  }

  /** The link is gone, or could not be opened. */
  public void lost(long nowNanos) {
    if (state == State.OVER) {
      return;
    }
    if (state == State.ATTACHED) {
      outages.begin(nowNanos);
      wakeNanos = reconnect.lost(nowNanos);
    } else {
      wakeNanos = reconnect.failed(state == State.DIALING, nowNanos);
    }
    flow.pause();
    state = State.DOWN;
  }

  /** The server has announced that it stops, or that it is not ready yet. */
  public void goingAway() {
    reconnect.goingAway();
  }

  /** The server has refused the link or the attach; {@link #lost} follows. */
  public void refused() {
    reconnect.refused();
  }

  /** Another lane has reached the server: a lane that waits to reconnect dials now. */
  public void reachable(long nowNanos) {
    if (state == State.DOWN) {
      wakeNanos = reconnect.reachable(wakeNanos, nowNanos);
    }
  }

  /**
   * The server has said that the lease passed to another client. Nothing of this one can take
   * effect any more, so every request fails at once.
   */
  public void deposed(String why) {
    if (state == State.OVER) {
      return;
    }
    log.error("the attachment has ended, all requests fail from now on: {}", why);
    state = State.OVER;
    flow.end();
  }

  /** Time until the next connection attempt, in nanoseconds; for the log. */
  public long retryNanos(long nowNanos) {
    return wakeNanos - nowNanos;
  }

  /** Anything arrived on the link. */
  public void heard(long nowNanos) {
    if (liveness != null) {
      liveness.heard(nowNanos);
    }
  }

  /** Takes a transaction and sends it as soon as order, link and limits allow. */
  public void submit(Transaction transaction, long nowNanos) {
    flow.submit(transaction, nowNanos);
  }

  /** Sends what may be sent; also called when the link becomes writable again. */
  public void sendWaiting(long nowNanos) {
    flow.sendWaiting(nowNanos);
  }

  /**
   * A reply arrived.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the core; null if there is none
   * @throws MalformedException if the reply does not fit the request
   */
  public void reply(long id, Status status, boolean intact, ByteBuf payload, long nowNanos)
      throws MalformedException {
    if (state == State.ATTACHING) {
      ReferenceCountUtil.release(payload);
      throw new MalformedException("reply to transaction %d before an attach".formatted(id));
    }
    flow.reply(id, status, intact, payload, nowNanos);
  }

  /** Does whatever is due: resends, failures, pings, the next connection. */
  public void tick(long nowNanos) {
    switch (state) {
      case DOWN -> {
        if (wakeNanos - nowNanos <= 0) {
          connect(nowNanos);
        }
      }
      case DIALING, OVER -> {}
      case ATTACHING -> {
        if (wakeNanos - nowNanos <= 0) {
          actions.endLink("the server did not answer the attach in time");
        }
      }
      case ATTACHED -> watchLink(nowNanos);
    }
    flow.tick(nowNanos);
  }

  private void watchLink(long nowNanos) {
    switch (liveness.check(nowNanos)) {
      case FINE -> {}
      case PING -> actions.ping();
      case DEAD -> {
        counters.count(ClientCounter.DEAD_LINKS);
        actions.endLink(
            "nothing was heard from the server for %d ms"
                .formatted(TimeUnit.NANOSECONDS.toMillis(liveness.silenceNanos(nowNanos))));
      }
    }
  }

  /** When {@link #tick} is to be called next; an hour from now if nothing is due. */
  public long nextWakeNanos(long nowNanos) {
    long next = flow.nextWakeNanos(nowNanos + TimeUnit.HOURS.toNanos(1));
    return switch (state) {
      case DOWN, ATTACHING -> earlier(next, wakeNanos);
      case DIALING, OVER -> next;
      case ATTACHED -> earlier(next, liveness.nextNanos());
    };
  }

  /** The earlier of two moments. */
  static long earlier(long one, long other) {
    return one - other <= 0 ? one : other;
  }

  /** Whether transactions flow. */
  public boolean isUp() {
    return flow.state() == TransactionFlow.State.UP;
  }

  /** Whether the lane has ended for good. */
  public boolean isOver() {
    return state == State.OVER;
  }

  /** Whether every acknowledged change is durable. */
  public boolean isClean() {
    return flow.isClean();
  }

  /** What the lane is doing now, for the status. */
  public LaneActivity activity(long nowNanos) {
    return flow.activity(outages, nowNanos);
  }

  /** Releases retained payloads; the lane is not used any more. */
  public void close() {
    flow.close();
  }
}
