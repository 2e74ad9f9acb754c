package org.dst.server.store;

/**
 * Whether the path by which a store was opened still leads to it.
 *
 * @param trouble what has happened to it, and what to do; null if the path leads to it
 */
public record PathStatus(Kind kind, String trouble) {
  /** From good to bad. */
  public enum Kind {
    /** The path leads to the store, or that cannot be determined. */
    FOUND,
    /** The path leads to nothing, but the file has a name elsewhere. */
    MOVED,
    /** The path leads to another file or device. */
    REPLACED,
    /** The path leads to nothing, and the open file or device node has no other name. */
    DELETED
  }

  /** All is as it should be. */
  public static final PathStatus FOUND = new PathStatus(Kind.FOUND, null);

  /** Whether nothing is wrong. */
  public boolean isFound() {
    return kind == Kind.FOUND;
  }
}
