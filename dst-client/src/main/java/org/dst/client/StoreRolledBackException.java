package org.dst.client;

import java.io.IOException;

/** The store is in an earlier state than a client of this machine has seen it in. */
public final class StoreRolledBackException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param freshness of the store, as it is there
   * @param known at least as it was when a client of this machine had it
   */
  StoreRolledBackException(String export, long freshness, long known) {
    super(
        ("export '%s' was set back to an earlier state, a snapshot or an old backup perhaps: its"
             + " freshness is %d, and this machine has known %d; put the newer state back, or, to"
             + " go on with what is there, run 'dstd adopt %s' on the server")
            .formatted(export, freshness, known, export));
  }
}
