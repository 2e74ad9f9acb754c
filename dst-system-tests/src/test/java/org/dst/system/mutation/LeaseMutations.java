package org.dst.system.mutation;

import java.util.List;
import java.util.Set;

/** Who may write, and since when. */
final class LeaseMutations {
  private static final String DESK = "server/session/AttachDesk";
  private static final Set<String> EITHER = Set.of("FENCED", "ONCE", "DURABLE", "PROGRESS");

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
              "the lease's epoch is not durable before the attach is answered",
              EITHER,
              DESK,
              "terms.save(lease, failure -> leaseSaved(session, failure));",
              "leaseSaved(session, null);"),
          Mutation.of(
                  "a take-over does not wait for the old client's I/O",
                  Catchers.FENCED,
                  DESK,
                  "successor.await(1);",
                  "")
              .and(DESK, "() -> arrived(successor)", "() -> {}"),
          Mutation.of(
              "a take-over does not fence the old client's links",
              Catchers.FENCED,
              DESK,
              "seat.link.fence(\"another client has taken over the export\", () ->"
                  + " arrived(successor));",
              "arrived(successor);"),
          Mutation.of(
              "a second client gets the lease without taking it over",
              Catchers.FENCED,
              DESK,
              "if (lease.isHeld() && !inherits && !attach.takeOver()) {",
              "if (false) {"),
          Mutation.of(
              "a store that was set back becomes fresher before it is compared",
              Set.of("DURABLE", "PROGRESS", "FENCED"),
              "server/session/AttachCheck",
              "attach.knownFreshness() > terms.freshness()",
              "attach.knownFreshness() > terms.freshness() + 1"),
          Mutation.of(
              "a lease that could not be kept is granted",
              EITHER,
              DESK,
              "if (failure != null) { withdraw(session, failure); }",
              ""));

  private LeaseMutations() {}
}
