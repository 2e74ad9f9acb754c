package org.dst.system.mutation;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The table of mutations in docs/transactions.md. */
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
        Hunt.Outcome outcome = Hunt.hunt(mutation, Hunt.SEEDS);
        all &= outcome.caught();
        out.printf(
            "| %s | %s | %d |%n",
            mutation,
            outcome.caught() ? "`" + outcome.invariant() + "`" : "**" + outcome + "**",
            outcome.seed());
        out.flush();
      }
    }
    return all;
  }

  /** Hunts the rules that others make up for; returns whether none was found, as expected. */
  public static boolean printRedundant(PrintStream out) {
    boolean none = true;
    out.println("| broken rule | found in %d seeds | what holds |".formatted(Hunt.SEEDS));
    out.println("| --- | --- | --- |");
    for (RedundantMutations.Redundant each : RedundantMutations.LIST) {
      Hunt.Outcome outcome = Hunt.hunt(each.mutation(), Hunt.SEEDS);
      none &= outcome.invariant() == null;
      out.printf(
          "| %s | %s | %s |%n",
          each.mutation(), outcome.invariant() == null ? "no" : outcome, each.because());
      out.flush();
    }
    return none;
  }
}
