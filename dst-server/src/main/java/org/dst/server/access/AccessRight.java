package org.dst.server.access;

import org.dst.protocol.Access;

/**
 * The most that a peer may do with an export, as its rules say; each right includes those before.
 */
public enum AccessRight {
  /** Neither use it nor see it in a list. */
  NONE,
  /** Read. */
  READ,
  /** Read and change, as far as the export itself allows it. */
  WRITE;

  /** Whether a session of that access may be had under this right. */
  public boolean covers(Access access) {
    return this == WRITE || this == READ && !access.writable();
  }

  /** What is left of what an export gives; null if nothing is. */
  public Access limit(Access most) {
    return switch (this) {
      case NONE -> null;
      case READ -> Access.READ_ONLY;
      case WRITE -> most;
    };
  }

  AccessRight orMore(AccessRight other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
