package org.dst.system.mutation;

import java.util.List;
import java.util.Set;

/**
 * Rules that back each other up: if one of a pair is broken the other still holds, which is why
 * both exist; with both broken, the simulator notices.
 */
final class PairMutations {
  private static final String LEASES = "server/session/LeaseManager";
  private static final String CHECK = "server/session/AttachValidator";
  private static final String FLOW = "client/lane/TransactionFlow";
  private static final String PINNED = "client/lane/PinnedExport";

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
                  "the range of a failed change is not closed, its link is kept, and the server"
                      + " does not order changes",
                  Catchers.DATA,
                  FLOW,
                  "unsent.closeRange(transaction);",
                  "")
              .and(
                  FLOW,
                  "actions.endLink(\"a change failed while a copy of it may still be in flight\");",
                  "")
              .and(
                  "server/lane/OverlapQueue",
                  "if (changes.get(i).overlaps(change)) {",
                  "if (false) {"),
          Mutation.of(
                  "neither side orders overlapping changes",
                  Catchers.DATA,
                  "client/lane/OverlapGate",
                  "if (transaction.overlaps(other.offset(), other.count())) {",
                  "if (false) {")
              .and(
                  "server/lane/OverlapQueue",
                  "if (changes.get(i).overlaps(change)) {",
                  "if (false) {"),
          Mutation.of(
                  "the window is kept across a verifier change, and so are the ids",
                  Catchers.DATA,
                  "server/lane/ServerLane",
                  "{ window.clear();",
                  "{")
              .and(FLOW, "} else { renumber();", "} else {"),
          Mutation.of(
                  "neither side compares the store's identity",
                  Catchers.MEDIUM_OR_PROGRESS,
                  PINNED,
                  "identity != null && !identity.equals(answer.identity())",
                  "false")
              .and(
                  CHECK,
                  "return pinned != null && !pinned.equals(policy.identity());",
                  "return false;"),
          Mutation.of(
                  "neither side notices that the store was set back",
                  Set.of("DURABLE", "ONCE", "PROGRESS"),
                  PINNED,
                  "answer.freshness() >= 0 && answer.freshness() < freshness",
                  "false")
              .and(CHECK, "attach.knownFreshness() > policy.freshness()", "false"),
          Mutation.of(
                  "the lease's epoch does not rise, and its holder is not compared",
                  Set.of("FENCED", "ONCE", "DURABLE"),
                  "server/session/Lease",
                  "new Lease(epoch + 1, nameOf(session, peer)",
                  "new Lease(Math.max(epoch, 1), nameOf(session, peer)")
              .and(
                  LEASES,
                  "if (!holder || attach.leaseEpoch() != lease.epoch()) {",
                  "if (attach.leaseEpoch() != lease.epoch()) {"),
          Mutation.of(
                  "a stale epoch is accepted, and the client does not look at the one it gets",
                  Set.of("FENCED", "ONCE", "DURABLE"),
                  LEASES,
                  "if (!holder || attach.leaseEpoch() != lease.epoch()) {",
                  "if (false) {")
              .and(PINNED, "answer.leaseEpoch() != first.leaseEpoch()", "false"));

  private PairMutations() {}
}
