package org.dst.system.mutation;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints the table of mutations for docs/transactions.md. */
public final class MutationTable {
  private MutationTable() {}

  /** Hunts the mutations whose names contain a text; returns whether all were found. */
  public static boolean print(String part, PrintStream out) {
    boolean all = true;
    out.println("| broken rule | found by | at seed |");
    out.println("| --- | --- | --- |");
    List<Mutation> mutations = Mutations.all();
    for (Mutation mutation : mutations) {
      if (mutation.name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT))) {
        SeedSearch.Outcome outcome = SeedSearch.run(mutation, SeedSearch.SEEDS);
        all &= outcome.detected();
        out.printf(
            "| %s | %s | %d |%n",
            mutation,
            outcome.detected() ? "`" + outcome.invariant() + "`" : "**" + outcome + "**",
            outcome.seed());
        out.flush();
      }
    }
    return all;
  }

  /** Hunts the rules that others make up for; returns whether none was found, as expected. */
  public static boolean printRedundant(PrintStream out) {
    boolean none = true;
    out.println("| broken rule | found in %d seeds | what holds |".formatted(SeedSearch.SEEDS));
    out.println("| --- | --- | --- |");
    for (RedundantMutations.Redundant each : RedundantMutations.LIST) {
      SeedSearch.Outcome outcome = SeedSearch.run(each.mutation(), SeedSearch.SEEDS);
      none &= outcome.invariant() == null;
      out.printf(
          "| %s | %s | %s |%n",
          each.mutation(), outcome.invariant() == null ? "no" : outcome, each.because());
      out.flush();
    }
    return none;
  }
}
