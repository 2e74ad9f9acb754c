package org.dst.client;

import java.io.IOException;

/** The store was rolled back to an earlier state than this machine has seen. */
public final class StoreRolledBackException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param freshness of the store now
   * @param known the highest freshness that this machine has on record
   */
  StoreRolledBackException(String export, long freshness, long known) {
    super(
        ("export '%s' was rolled back to an earlier state, perhaps a snapshot or an old backup: its"
                + " freshness is %d, but this machine has seen %d; restore the newer state, or run"
                + " 'dstd adopt %s' on the server to continue with this one")
            .formatted(export, freshness, known, export));
  }
}
