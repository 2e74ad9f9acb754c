package org.dst.system.mutation;

import java.util.List;
import java.util.Set;

/**
 * Rules whose loss another rule compensates. They exist because the peer may be another
 * implementation, or the other rule may be wrong one day; {@link PairMutations} shows that the two
 * are not one too many.
 */
final class RedundantMutations {
  private static final String REGISTRY = "server/session/SessionRegistry";
  private static final String LEASES = "server/session/LeaseManager";
  private static final String CHECK = "server/session/AttachValidator";
  private static final String PINNED = "client/lane/PinnedExport";

  /**
   * One such rule.
   *
   * @param because what holds in its place
   */
  record Redundant(Mutation mutation, String because) {}

  static final List<Redundant> LIST =
      List.of(
          redundant(
              "the range of a failed change is not closed",
              "the link is ended, so that nothing is sent before the next attach, which fences; and"
                  + " on the same link the server keeps the order",
              "client/lane/TransactionFlow",
              "unsent.closeRange(transaction);",
              ""),
          redundant(
              "the server does not order overlapping changes",
              "the client sends a change only when those that it overlaps are settled",
              "server/lane/OverlapQueue",
              "if (changes.get(i).overlaps(change)) {",
              "if (false) {"),
          redundant(
              "the window is kept across a verifier change",
              "the client sends everything under new ids then",
              "server/lane/ServerLane",
              "{ window.clear();",
              "{"),
          redundant(
              "the client does not compare the store's identity",
              "it sends the one that it knows, and the server refuses",
              PINNED,
              "identity != null && !identity.equals(answer.identity())",
              "false"),
          redundant(
              "the server does not compare the store's identity",
              "the client compares the one that it is told",
              CHECK,
              "return pinned != null && !pinned.equals(policy.identity());",
              "return false;"),
          redundant(
              "the client does not notice that the store was set back",
              "it sends the freshness that it knows, and the server compares",
              PINNED,
              "answer.freshness() >= 0 && answer.freshness() < freshness",
              "false"),
          redundant(
              "a stale epoch is accepted",
              "the client finds that it would be given another lease than it had",
              LEASES,
              "if (!holder || attach.leaseEpoch() != lease.epoch()) {",
              "if (false) {"),
          redundant(
              "the client does not compare the lease's epoch",
              "the server refuses a stale one",
              PINNED,
              "answer.leaseEpoch() != first.leaseEpoch()",
              "false"),
          redundant(
              "the lease's epoch does not rise",
              "the lease also names its holder's session",
              "server/session/Lease",
              "new Lease(epoch + 1, nameOf(session, peer)",
              "new Lease(Math.max(epoch, 1), nameOf(session, peer)"),
          redundant(
              "an id below its own watermark is executed",
              "a client never sends one, and a frame from before has an older watermark, which ends"
                  + " the link",
              "server/lane/ReplayWindow",
              "if (id < watermark) {",
              "if (false) {"),
          redundant(
              "a link's generation is not compared",
              "a client sends nothing on a link before its attach is granted, so an older attach"
                  + " that comes late has no requests behind it, and the client connects again",
              REGISTRY,
              "attach.generation() <= slot.generation",
              "false"));

  private RedundantMutations() {}

  private static Redundant redundant(
      String name, String because, String source, String find, String replacement) {
    return new Redundant(Mutation.of(name, Set.of(), source, find, replacement), because);
  }
}
