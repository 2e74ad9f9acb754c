package org.dst.system.mutation;

import java.util.function.LongFunction;
import org.dst.system.sim.Simulation;
import org.dst.system.sim.Violation;

/**
 * Runs a seed and reports what it violates. Loaded anew with every mutant, so it may only return
 * types that all class loaders share.
 */
public final class SeedRunner implements LongFunction<String> {
  /** What stands in an invariant's place when the program broke down. */
  static final String CRASH = "CRASH";

  private static final int OPERATIONS = 1000;

  /** For the mutant's class loader. */
  public SeedRunner() {}

  /** Null if the seed is clean; otherwise the invariant's name, a colon, and what was seen. */
  @Override
  public String apply(long seed) {
    try {
      Simulation.run(seed, OPERATIONS);
      return null;
    } catch (Violation violation) {
      return violation.getMessage();
    } catch (AssertionError | RuntimeException crash) {
      return CRASH + ": " + crash;
    }
  }
}
