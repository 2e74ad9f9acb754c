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
        ("%s; a client of this machine held that other store when it died, %s, and the lease on it"
                + " stays held; --accept-other-store attaches to the store that is there now and"
                + " forgets the former one")
            .formatted(
                refusal,
                former.unflushed()
                    ? "with unflushed writes, which are given up with it"
                    : "with nothing unflushed"));
  }
}
