package org.dst.client.nbd;

import io.netty.util.concurrent.EventExecutor;
import org.dst.protocol.Limits;

/**
 * What one connection has in flight, and whether it may take more. Event loop only, except {@link
 * #granted}.
 *
 * <p>A connection with nothing in flight always gets a small request through, so that clients that
 * stall with the whole budget in their hands do not stop the others.
 */
final class ConnectionQuota implements InFlightBudget.Waiter {
  private enum Wait {
    /** No request waits. */
    NONE,
    /** One waits until this connection's own share has room. */
    OWN,
    /** One is queued at the shared budget. */
    SHARED
  }

  /** The bytes of a request that needs nothing of the budget if it is the only one. */
  static final long ALLOWANCE = 256 << 10;

  private final InFlightBudget budget;
  private final EventExecutor loop;
  private final Runnable wake;
  private final int maxRequests;
  private final long maxBytes;

  private int inFlight;

  /** Bytes of the budget that this connection has, {@link #owed} included. */
  private long held;

  /** Bytes of replies that have not left yet. */
  private long owed;

  private Wait waiting = Wait.NONE;
  private NbdRequest pending;
  private long pendingCost;
  private boolean closed;

  /**
   * The quota of one connection.
   *
   * @param wake called on the loop when a request that waited is admitted
   */
  ConnectionQuota(InFlightBudget budget, NbdLimits limits, EventExecutor loop, Runnable wake) {
    this.budget = budget;
    this.loop = loop;
    this.wake = wake;
    maxRequests = limits.inFlightRequests();
    maxBytes = Math.max(limits.inFlightBytes() / 2, Limits.MAX_PAYLOAD);
  }

  /** Admits the request now, or lets it wait; only one can. */
  boolean admit(NbdRequest request) {
    assert waiting == Wait.NONE;
    long cost = request.cost();
    if (cost == 0 || inFlight == 0 && cost <= ALLOWANCE) {
      start(request, 0);
      return true;
    }
    pending = request;
    pendingCost = cost;
    if (held > 0 && held + cost > maxBytes) {
      waiting = Wait.OWN;
      return false;
    }
    if (!budget.acquire(cost, this)) {
      waiting = Wait.SHARED;
      return false;
    }
    start(request, cost);
    return true;
  }

  /** Tries again for a request that waits; whether none waits any more. */
  boolean retry() {
    boolean again =
        switch (waiting) {
          case NONE -> false;
          case OWN -> true;
          case SHARED -> inFlight == 0 && pendingCost <= ALLOWANCE && budget.cancel(this);
        };
    if (again) {
      waiting = Wait.NONE;
      return admit(pending);
    }
    return waiting == Wait.NONE;
  }

  /** Whether the limit of requests leaves room for another. */
  boolean hasRoom() {
    return inFlight < maxRequests;
  }

  /** Whether nothing is in flight. */
  boolean isIdle() {
    return inFlight == 0;
  }

  /**
   * An admitted request ended.
   *
   * @param owes whether its data waits to be sent; it counts until {@link #repliesTaken}
   */
  void ended(NbdRequest request, boolean owes) {
    inFlight--;
    request.admitted = false;
    if (owes) {
      owed += request.charge;
    } else {
      giveBack(request.charge);
    }
    request.charge = 0;
  }

  /** The client has taken nearly all of its replies. */
  void repliesTaken() {
    giveBack(owed);
    owed = 0;
  }

  /** The connection is gone; requests in flight still end. */
  void close() {
    closed = true;
    repliesTaken();
    if (waiting == Wait.SHARED && !budget.cancel(this)) {
      return; // granted already: comes back in takeGrant
    }
    waiting = Wait.NONE;
    pending = null;
  }

  @Override
  public void granted() {
    loop.execute(this::takeGrant);
  }

  private void takeGrant() {
    waiting = Wait.NONE;
    if (closed) {
      budget.release(pendingCost);
      pending = null;
      return;
    }
    start(pending, pendingCost);
    wake.run();
  }

  private void start(NbdRequest request, long charge) {
    request.admitted = true;
    request.charge = charge;
    held += charge;
    inFlight++;
    pending = null;
  }

  private void giveBack(long bytes) {
    if (bytes > 0) {
      held -= bytes;
      budget.release(bytes);
    }
  }
}
