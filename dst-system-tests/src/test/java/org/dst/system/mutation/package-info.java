/**
 * Mutation testing of the simulator: breaks one rule at a time in a copy of the real sources and
 * shows that a named invariant of docs/transactions.md detects it. Run by {@code MutationTest} and
 * by {@code bin/simulate --mutations}; each mutant has its own class loader and runs on the
 * caller's thread.
 */
package org.dst.system.mutation;
