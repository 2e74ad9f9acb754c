package org.dst.server.session;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.Peer;

/**
 * The lease of one export and its rules: who may hold it, who may take it over, when its epoch
 * rises, and when it is written to stable storage. Decides but does not act on links or sessions.
 * Pure and single-threaded: owned by the session registry.
 */
final class LeaseManager {
  static final String ANOTHER_KEY = "the session was made with another key";

  private final AttachPolicy policy;
  private final InstantSource clock;
  private Lease lease;

  /** Starts with the lease as it was last saved. */
  LeaseManager(AttachPolicy policy, InstantSource clock, Lease lease) {
    this.policy = policy;
    this.clock = clock;
    this.lease = lease;
  }

  /** The lease as it is now. */
  Lease current() {
    return lease;
  }

  /** Decides the first attach of a session. */
  LeaseDecision decide(Attach attach, Peer peer) {
    if (lease.isHeldWithAnotherKey(attach.session(), peer)) {
      return new LeaseDecision.Refuse(RefusalCode.NOT_ALLOWED, ANOTHER_KEY, false);
    }
    return switch (attach.access()) {
      case READ_ONLY -> new LeaseDecision.Admit(0);
      case SHARED -> lease.isHeld() ? refuseBusy(attach) : new LeaseDecision.Admit(0);
      case READ_WRITE -> decideWriter(attach, peer);
    };
  }

  private LeaseDecision decideWriter(Attach attach, Peer peer) {
    boolean holder = lease.isHeldBy(attach.session(), peer);
    if (attach.leaseEpoch() != 0) {
      if (!holder || attach.leaseEpoch() != lease.epoch()) {
        return refuseStale(attach);
      }
      return new LeaseDecision.Admit(lease.epoch());
    }
    if (holder) {
      return new LeaseDecision.Admit(lease.epoch());
    }
    boolean inherits = lease.isHeldBy(attach.predecessor(), peer);
    if (!attach.takeOver() && lease.isHeldWithAnotherKey(attach.predecessor(), peer)) {
      return new LeaseDecision.Refuse(
          RefusalCode.NOT_ALLOWED,
          "the previous session was made with another key; --take-over evicts it",
          false);
    }
    if (lease.isHeld() && !inherits && !attach.takeOver()) {
      return refuseBusy(attach);
    }
    return new LeaseDecision.PassLease();
  }

  /** Refuses a client whose lease has passed to another one; it must never write again. */
  LeaseDecision.Refuse refuseStale(Attach attach) {
    return new LeaseDecision.Refuse(
        RefusalCode.DEPOSED,
        "lease %d of export '%s' has ended; lease %d was granted to '%s' at %s"
            .formatted(
                attach.leaseEpoch(), attach.export(), lease.epoch(), lease.client(), lease.since()),
        true);
  }

  private LeaseDecision refuseBusy(Attach attach) {
    return new LeaseDecision.Refuse(
        RefusalCode.BUSY,
        "export '%s' is in use by '%s' since %s; --take-over evicts that client"
            .formatted(attach.export(), lease.client(), lease.since()),
        true);
  }

  /**
   * Passes the lease to a new holder and raises its epoch. The attach must not be answered before
   * {@link #makeDurable} has succeeded.
   */
  void passTo(Attach attach, Peer peer) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    lease = lease.passTo(attach.session(), peer, attach.client(), now);
  }

  /** Releases the lease; its epoch stays. */
  void release() {
    lease = lease.released();
  }

  /** Has the export write the lease to stable storage, and reports the outcome. */
  void makeDurable(AttachPolicy.SaveOutcome saved) {
    policy.save(lease, saved);
  }
}
