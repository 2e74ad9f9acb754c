package org.dst.client;

import java.io.IOException;
import org.dst.client.state.Predecessor;

/**
 * The server has another store under the export's name than the one that a client of this machine
 * held when it died.
 */
public final class WrongStoreException extends IOException {
  private static final long serialVersionUID = 1;

  WrongStoreException(String refusal, Predecessor former) {
    super(
        ("%s; a client of this machine held that other store when it died, %s, and still has its"
                + " lease. --accept-other-store attaches to the present store and discards the"
                + " state of the former one")
            .formatted(
                refusal,
                former.unflushed() ? "with unflushed writes" : "with no unflushed writes"));
  }
}
