package org.dst.system.sim;

/** An invariant is violated. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String invariant;

  Violation(String invariant, String message) {
    super(invariant + ": " + message);
    this.invariant = invariant;
  }

  /** The name of the invariant in docs/transactions.md. */
  public String invariant() {
    return invariant;
  }
}
