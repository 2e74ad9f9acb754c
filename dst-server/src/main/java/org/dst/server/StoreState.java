package org.dst.server;

import org.dst.server.engine.StoreErrors;
import org.dst.server.engine.StoreHealth;

/**
 * How a store is.
 *
 * @param kind in one word
 * @param trouble what is wrong, for people; null if nothing is
 * @param errors of its storage, since the start
 */
public record StoreState(Kind kind, String trouble, StoreErrors.Summary errors) {
  /** From good to bad. */
  public enum Kind {
    /** Nothing was wrong in the last minute. */
    OK,
    /** The storage has failed requests, or had no space for them, in the last minute. */
    ERRORS,
    /** A sync has failed, and none has succeeded since. */
    SYNC_FAILED,
    /** It is smaller than it is served, or cannot be asked for its size. */
    TRUNCATED
  }

  /**
   * The state at this moment.
   *
   * @param sizeTrouble what is wrong with its size; null if nothing is
   */
  static StoreState of(StoreHealth health, String sizeTrouble) {
    StoreErrors.Summary errors = health.errors().summary();
    if (sizeTrouble != null) {
      return new StoreState(Kind.TRUNCATED, sizeTrouble, errors);
    }
    if (health.isUnconfirmed()) {
      return new StoreState(Kind.SYNC_FAILED, errors.last(), errors);
    }
    return errors.recent()
        ? new StoreState(Kind.ERRORS, errors.last(), errors)
        : new StoreState(Kind.OK, null, errors);
  }
}
