package org.dst.server.access;

import org.dst.protocol.Access;

/** The right of a peer to an export; each includes the ones before it. */
public enum AccessRight {
  /** May neither use the export nor see it in a listing. */
  NONE,
  /** Read. */
  READ,
  /** May read and change, as far as the export allows it. */
  WRITE;

  /** Whether this right covers a session with that access. */
  public boolean covers(Access access) {
    return this == WRITE || this == READ && !access.writable();
  }

  /** The access that remains of what an export grants; null if none. */
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
