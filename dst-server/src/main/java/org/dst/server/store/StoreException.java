package org.dst.server.store;

import java.io.IOException;
import org.dst.protocol.Status;

/** A store could not do what it was asked. Carries the exact status for the requester. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  private final Status status;

  /** Says what failed, on what, and the system's own error where there is one. */
  public StoreException(Status status, String message) {
    super(message);
    this.status = status;
  }

  /** What the requester is told. */
  public Status status() {
    return status;
  }
}
