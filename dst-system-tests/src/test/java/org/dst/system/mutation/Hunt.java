package org.dst.system.mutation;

import java.util.function.LongFunction;

/** Looks for the first seed at which a mutation is found. */
final class Hunt {
  /** A mutation must be found within so many seeds, from 1 up. */
  static final int SEEDS = 1000;

  /**
   * How a hunt ended.
   *
   * @param invariant that was violated; null if none was
   * @param seed at which
   * @param message what was seen
   */
  record Outcome(Mutation mutation, String invariant, long seed, String message) {
    boolean caught() {
      return invariant != null && mutation.catchers().contains(invariant);
    }

    @Override
    public String toString() {
      return invariant == null
          ? "'%s' is not found by %d seeds".formatted(mutation, seed)
          : "'%s' violates %s at seed %d".formatted(mutation, message, seed);
    }
  }

  private Hunt() {}

  /** A crash is no proof that an invariant is checked: the hunt goes on after it. */
  static Outcome hunt(Mutation mutation, int seeds) {
    LongFunction<String> mutant = Mutant.of(mutation);
    for (long seed = 1; seed <= seeds; seed++) {
      String message = mutant.apply(seed);
      if (message != null && !message.startsWith(Probe.CRASH)) {
        return new Outcome(mutation, message.substring(0, message.indexOf(':')), seed, message);
      }
    }
    return new Outcome(mutation, null, seeds, null);
  }
}
