package org.dst.server.export;

import org.dst.server.engine.StoreErrors;
import org.dst.server.engine.StoreVerifier;
import org.dst.server.store.PathStatus;

/**
 * The state of a store.
 *
 * @param kind of state
 * @param trouble what is wrong; null if nothing is
 * @param errors of its storage since the start
 */
public record StoreState(Kind kind, String trouble, StoreErrors.Summary errors) {
  /** From good to bad. */
  public enum Kind {
    /** Nothing was wrong in the last minute. */
    OK,
    /** The storage has failed requests, or was full, in the last minute. */
    ERRORS,
    /** A sync has failed, and none has succeeded since. */
    SYNC_FAILED,
    /** The path by which it was opened leads to nothing: the file was renamed. */
    MOVED,
    /** The path by which it was opened leads to something else. */
    REPLACED,
    /** It has no name any more; its data is lost when the server closes it. */
    DELETED,
    /** It is smaller than the export, or its size cannot be determined. */
    TRUNCATED
  }

  /**
   * The current state.
   *
   * @param sizeTrouble what is wrong with its size; null if nothing is
   * @param place where its path leads
   */
  static StoreState of(StoreVerifier health, String sizeTrouble, PathStatus place) {
    StoreErrors.Summary errors = health.errors().summary();
    if (sizeTrouble != null) {
      return new StoreState(Kind.TRUNCATED, sizeTrouble, errors);
    }
    if (!place.isFound()) {
      return new StoreState(kind(place.kind()), place.trouble(), errors);
    }
    if (health.isUnconfirmed()) {
      return new StoreState(Kind.SYNC_FAILED, errors.last(), errors);
    }
    return errors.recent()
        ? new StoreState(Kind.ERRORS, errors.last(), errors)
        : new StoreState(Kind.OK, null, errors);
  }

  private static Kind kind(PathStatus.Kind place) {
    return switch (place) {
      case FOUND -> Kind.OK;
      case MOVED -> Kind.MOVED;
      case REPLACED -> Kind.REPLACED;
      case DELETED -> Kind.DELETED;
    };
  }
}
