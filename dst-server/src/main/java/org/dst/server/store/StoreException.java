package org.dst.server.store;

import java.io.IOException;
import org.dst.protocol.Status;

/** A failed or rejected operation of a store, with the exact status for the requester. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  private final Status status;
  private final boolean fromSystem;

  /** Says what was refused or failed, on what. */
  public StoreException(Status status, String message) {
    this(status, message, false);
  }

  /**
   * Says what failed, on what, and the system's own error where there is one.
   *
   * @param fromSystem whether the system has refused it, rather than the store at its own door
   */
  public StoreException(Status status, String message, boolean fromSystem) {
    super(message);
    this.status = status;
    this.fromSystem = fromSystem;
  }

  /** Whether the storage is to blame: it has failed, or is out of space or memory. */
  public boolean isOfStorage() {
    return status == Status.IO_ERROR
        || fromSystem && (status == Status.NO_SPACE || status == Status.NO_MEMORY);
  }

  /** The status for the requester. */
  public Status status() {
    return status;
  }
}
