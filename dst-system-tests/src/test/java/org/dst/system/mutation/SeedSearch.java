package org.dst.system.mutation;

import java.util.function.LongFunction;

/** Searches for the first seed that detects a mutation. */
final class SeedSearch {
  /** A mutation must be found within so many seeds, from 1 up. */
  static final int SEEDS = 1000;

  /**
   * How a search ended.
   *
   * @param invariant that was violated; null if none was
   * @param seed at which
   * @param message what was seen
   */
  record Outcome(Mutation mutation, String invariant, long seed, String message) {
    boolean detected() {
      return invariant != null && mutation.catchers().contains(invariant);
    }

    @Override
    public String toString() {
      return invariant == null
          ? "'%s' is not found by %d seeds".formatted(mutation, seed)
          : "'%s' violates %s at seed %d".formatted(mutation, message, seed);
    }
  }

  private SeedSearch() {}

  /** A crash is no proof that an invariant is checked: the search goes on after it. */
  static Outcome run(Mutation mutation, int seeds) {
    LongFunction<String> mutant = Mutant.of(mutation);
    for (long seed = 1; seed <= seeds; seed++) {
      String message = mutant.apply(seed);
      if (message != null && !message.startsWith(SeedRunner.CRASH)) {
        return new Outcome(mutation, message.substring(0, message.indexOf(':')), seed, message);
      }
    }
    return new Outcome(mutation, null, seeds, null);
  }
}
