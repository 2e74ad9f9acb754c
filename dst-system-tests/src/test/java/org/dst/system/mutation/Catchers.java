package org.dst.system.mutation;

import java.util.Set;

/**
 * The sets of invariants that may detect a mutation: one fault often shows up as one of several.
 */
final class Catchers {
  /** A change is gone, or came back: which of the two, a reader cannot always tell. */
  static final Set<String> DATA = Set.of("ACKED", "ONCE", "DURABLE", "NO-LIES", "FENCED");

  /** Another medium was written to, or what is on it was taken for what should be. */
  static final Set<String> MEDIUM = Set.of("MEDIUM", "ACKED", "ONCE", "DURABLE", "NO-LIES");

  /** The same, or the medium that is back was taken for the other one. */
  static final Set<String> MEDIUM_OR_PROGRESS =
      Set.of("MEDIUM", "ACKED", "ONCE", "DURABLE", "NO-LIES", "PROGRESS");

  static final Set<String> DURABLE = Set.of("DURABLE", "NO-LIES");
  static final Set<String> ONCE = Set.of("ONCE", "FENCED");
  static final Set<String> INTACT = Set.of("INTACT");
  static final Set<String> FENCED = Set.of("FENCED", "ONCE");
  static final Set<String> PROGRESS = Set.of("PROGRESS");

  private Catchers() {}
}
