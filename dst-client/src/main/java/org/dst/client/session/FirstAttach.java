package org.dst.client.session;

import java.util.concurrent.CompletableFuture;
import org.dst.client.link.LinkFailure;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;

/**
 * The outcome of a lane's first attach, and the decision when it has failed. Confined to the lane's
 * event loop, except for {@link #outcome}.
 */
final class FirstAttach {
  private final CompletableFuture<Attached> outcome = new CompletableFuture<>();
  private final int addresses;
  private final boolean patient;
  private final boolean morePredecessors;

  /** Permanent failures in this round through all addresses. */
  private int permanentFailures;

  /** Attaches that were sent and never answered: the server may have granted one of them. */
  private int unanswered;

  /**
   * A first attach that has not begun.
   *
   * @param identity the session's
   */
  FirstAttach(SessionOptions options, SessionOptions.Identity identity) {
    addresses = options.servers().size();
    patient = options.patient();
    morePredecessors = identity.more();
  }

  /** The server's answer, or the failure that ended the attempts. Any thread. */
  CompletableFuture<Attached> outcome() {
    return outcome;
  }

  boolean isDone() {
    return outcome.isDone();
  }

  /** An attach is being sent. */
  void sent() {
    unanswered += isDone() ? 0 : 1;
  }

  /** The server has refused an attach. */
  void refused() {
    unanswered -= isDone() ? 0 : 1;
  }

  /** The server has granted an attach. */
  void granted(Attached answer) {
    unanswered = 0;
    outcome.complete(answer);
  }

  /**
   * An attempt ended without an attached link.
   *
   * @param roundOver whether every address has had its turn
   * @return whether this was the last attempt, and the first attach has failed
   */
  boolean failed(LinkFailure why, boolean roundOver) {
    if (!isDone() && (isHopeless(why, roundOver) || isForAnotherPredecessor(why))) {
      outcome.completeExceptionally(why.asException());
      return true;
    }
    return false;
  }

  private boolean isHopeless(LinkFailure why, boolean roundOver) {
    permanentFailures += why.permanent() ? 1 : 0;
    if (!roundOver) {
      return false;
    }
    boolean allPermanent = permanentFailures == addresses;
    permanentFailures = 0;
    return allPermanent || !patient;
  }

  /** Whether the lease may be held by a predecessor that has not been presented yet. */
  private boolean isForAnotherPredecessor(LinkFailure why) {
    return why.refusal() == RefusalCode.BUSY && morePredecessors;
  }

  /** Whether the server may have granted the first attach without this lane having heard of it. */
  boolean isInDoubt() {
    return unanswered > 0 || outcome.isDone() && !outcome.isCompletedExceptionally();
  }
}
