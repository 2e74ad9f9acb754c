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
}
