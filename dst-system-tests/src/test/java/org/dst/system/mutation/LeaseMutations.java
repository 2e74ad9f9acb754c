package org.dst.system.mutation;

import java.util.List;
import java.util.Set;

/** Mutations of the lease: who may write, and since when. */
final class LeaseMutations {
  private static final String REGISTRY = "server/session/SessionRegistry";
  private static final String FENCING = "server/session/LinkFencing";
  private static final Set<String> EITHER = Set.of("FENCED", "ONCE", "DURABLE", "PROGRESS");

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
              "the lease's epoch is not durable before the attach is answered",
              EITHER,
              REGISTRY,
              "lease.makeDurable(failure -> leaseSaved(session, failure));",
              "leaseSaved(session, null);"),
          Mutation.of(
                  "a take-over does not wait for the old client's I/O",
                  Catchers.FENCED,
                  FENCING,
                  "successor.await(1);",
                  "")
              .and(REGISTRY, "() -> predecessorIdle(successor)", "() -> {}"),
          Mutation.of(
              "a take-over does not fence the old client's links",
              Catchers.FENCED,
              FENCING,
              "slot.link.fence(TAKEN_OVER, idle);",
              "idle.run();"),
          Mutation.of(
              "a second client gets the lease without taking it over",
              Catchers.FENCED,
              "server/session/LeaseManager",
              "if (lease.isHeld() && !inherits && !attach.takeOver()) {",
              "if (false) {"),
          Mutation.of(
              "a store that was rolled back becomes fresher before it is compared",
              Set.of("DURABLE", "PROGRESS", "FENCED"),
              "server/session/AttachObjection",
              "attach.knownFreshness() > policy.freshness()",
              "attach.knownFreshness() > policy.freshness() + 1"),
          Mutation.of(
              "a lease that could not be kept is granted",
              EITHER,
              REGISTRY,
              "if (failure != null) { withdraw(session, failure); }",
              ""));

  private LeaseMutations() {}
}
