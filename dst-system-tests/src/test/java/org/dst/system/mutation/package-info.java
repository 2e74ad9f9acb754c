/**
 * The simulator's own test: breaks one rule at a time in a copy of the real sources and shows that
 * a named invariant of docs/transactions.md finds it. Run by {@code MutationTest} and by {@code
 * bin/simulate --mutations}; each mutant lives in a class loader of its own, on the caller's
 * thread.
 */
package org.dst.system.mutation;
