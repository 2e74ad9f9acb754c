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
 * What one lane decides: here, when to connect and when a link is dead; in {@link TransactionFlow},
 * what to send, to send again and to replay on it. Pure and single-threaded: time comes in as
 * {@code nowNanos}, which never goes back, and whatever is to be done goes to {@link
 * ClientLaneActions}. The rules are those of docs/transactions.md.
 */
public final class LaneCore {
  private static final Logger log = LoggerFactory.getLogger(LaneCore.class);

  /** Where the lane's link is. */
  private enum State {
    /** No link; the next attempt is at {@code wakeNanos}. */
    DOWN,
    /** A link is being opened. */
    DIALING,
    /** The attach was sent; given up at {@code wakeNanos}. */
    ATTACHING,
    /** Transactions flow, or are about to: see {@link TransactionFlow.State}. */
    ATTACHED,
    /** Another client has the export, for good: everything fails at once. */
    OVER
  }

  private final LaneOptions options;
  private final ClientLaneActions output;
  private final PinnedExport facts;
  private final UUID pinned;
  private final Counters<ClientCounter> counters;
  private final ReconnectScheduler reconnect;

  private final TransactionFlow flow;
  private final Outages outages = new Outages();

  private State state = State.DOWN;
  private LinkLiveness watch;
  private long generation;
  private long wakeNanos;

  /**
   * A lane without a link.
   *
   * @param pinned the store's identity as known from before; null if unknown
   * @param facts shared by the lanes of a session
   */
  public LaneCore(
      LaneOptions options,
      ClientLaneActions output,
      LaneJournal journal,
      PinnedExport facts,
      UUID pinned,
      Counters<ClientCounter> counters,
      RandomGenerator random) {
    this.options = options;
    this.output = output;
    this.facts = facts;
    this.pinned = pinned;
    this.counters = counters;
    reconnect = new ReconnectScheduler(options.reconnectFirst(), options.reconnectMost(), random);
    flow = new TransactionFlow(options, output, journal, counters);
  }

  /** Starts to connect. */
  public void connect(long nowNanos) {
    state = State.DIALING;
    output.dial(reconnect.dial(nowNanos));
  }

  /** The link is open: it can be attached. */
  public void opened(long nowNanos) {
    state = State.ATTACHING;
    reconnect.opened(nowNanos);
    wakeNanos = nowNanos + options.attachTimeout().toNanos();
    output.attach(++generation);
  }

  /**
   * The server has granted the attach.
   *
   * @return why the lane does not want it, and the link must end; null if it does
   */
  public String attached(Attached answer, long nowNanos) throws MalformedException {
    if (state != State.ATTACHING) {
      throw new MalformedException("ATTACHED out of place");
    }
    String objection = facts.check(answer, pinned);
    if (objection != null) {
      counters.count(ClientCounter.STRANGE_STORES);
      reconnect.refused();
      return objection;
    }
    watch =
        new LinkLiveness(
            options.pingInterval().toNanos(), options.pingTimeout().toNanos(), nowNanos);
    reconnect.attached();
    long outageNanos = outages.end(nowNanos);
    if (outageNanos >= 0) {
      counters.count(ClientCounter.RECONNECTS);
      long outage = TimeUnit.NANOSECONDS.toMillis(outageNanos);
      counters.add(ClientCounter.OUTAGE_MILLIS, outage);
      log.info("the lane is attached again after {} ms", outage);
    }
    state = State.ATTACHED;
    flow.resized(answer.size());
    flow.resume(answer, nowNanos);
    return null;
  }

  /** The server has said that the export has another size, in bytes. */
  public void resized(long size, long nowNanos) {
    counters.count(ClientCounter.RESIZES);
    facts.resized(size);
    flow.resized(size);
    flow.retryStuck(nowNanos);
  }

  /** The link is gone, or there never was one. */
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

  /** The server has announced that it is about to end the link, or that it is not ready yet. */
  public void goingAway() {
    reconnect.goingAway();
  }

  /** The server does not want the link that was to be had; {@link #lost} follows. */
  public void refused() {
    reconnect.refused();
  }

  /** Another lane has got through to the server: a lane that waits to connect need not wait. */
  public void reachable(long nowNanos) {
    if (state == State.DOWN) {
      wakeNanos = reconnect.reachable(wakeNanos, nowNanos);
    }
  }

  /**
   * The server has said that the lease has passed to another client. Nothing of this one can take
   * effect any more, so there is nothing to wait for.
   */
  public void deposed(String why) {
    if (state == State.OVER) {
      return;
    }
    log.error("the attachment is over, every request fails from now on: {}", why);
    state = State.OVER;
    flow.end();
  }

  /** How long the lane waits before it connects again, in nanoseconds; for the log. */
  public long retryNanos(long nowNanos) {
    return wakeNanos - nowNanos;
  }

  /** Anything arrived on the link. */
  public void heard(long nowNanos) {
    if (watch != null) {
      watch.heard(nowNanos);
    }
  }

  /** Takes a transaction; it is sent as soon as order, link and limits allow. */
  public void submit(Transaction transaction, long nowNanos) {
    flow.submit(transaction, nowNanos);
  }

  /** Sends what waits; to be called when the link takes more again, too. */
  public void sendWaiting(long nowNanos) {
    flow.sendWaiting(nowNanos);
  }

  /**
   * A reply arrived.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the core; null if there is none
   * @throws MalformedException if the reply is none to what was asked
   */
  public void reply(long id, Status status, boolean intact, ByteBuf payload, long nowNanos)
      throws MalformedException {
    if (state == State.ATTACHING) {
      ReferenceCountUtil.release(payload);
      throw new MalformedException("reply to transaction %d before an attach".formatted(id));
    }
    flow.reply(id, status, intact, payload, nowNanos);
  }

  /** Acts on whatever is due: resends, failures, pings, the next connection. */
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
          output.endLink("the server did not answer the attach in time");
        }
      }
      case ATTACHED -> watchLink(nowNanos);
    }
    flow.tick(nowNanos);
  }

  private void watchLink(long nowNanos) {
    switch (watch.check(nowNanos)) {
      case FINE -> {}
      case PING -> output.ping();
      case DEAD -> {
        counters.count(ClientCounter.DEAD_LINKS);
        output.endLink(
            "nothing was heard from the server for %d ms"
                .formatted(TimeUnit.NANOSECONDS.toMillis(watch.silenceNanos(nowNanos))));
      }
    }
  }

  /** When {@link #tick} is to be called next; far away if nothing is due ever. */
  public long nextWakeNanos(long nowNanos) {
    long next = flow.nextWakeNanos(nowNanos + TimeUnit.HOURS.toNanos(1));
    return switch (state) {
      case DOWN, ATTACHING -> earlier(next, wakeNanos);
      case DIALING, OVER -> next;
      case ATTACHED -> earlier(next, watch.nextNanos());
    };
  }

  /** The one of two moments that comes first. */
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

  /** Lets go of what is retained; the lane is not used any more. */
  public void close() {
    flow.close();
  }
}
