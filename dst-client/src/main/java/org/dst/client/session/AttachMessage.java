package org.dst.client.session;

import java.util.UUID;
import org.dst.client.lane.PinnedExport;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Extensions;

/** What a lane says to be attached. */
final class AttachMessage {
  private AttachMessage() {}

  /**
   * The message for a link of that generation; what counts only once is left out after the first.
   */
  static Attach of(
      SessionOptions options,
      SessionOptions.Identity identity,
      PinnedExport facts,
      int lane,
      long generation) {
    boolean first = facts.first() == null;
    UUID pinned = first ? identity.pinnedStore() : facts.first().identity();
    return new Attach(
        identity.session(),
        first ? identity.predecessor() : Attach.NO_SESSION,
        facts.leaseEpoch(),
        lane,
        options.lanes(),
        generation,
        options.access(),
        first && options.takeOver(),
        options.export(),
        options.client(),
        known(pinned, facts.freshness()));
  }

  private static Extensions known(UUID store, long freshness) {
    if (store == null) {
      return Extensions.NONE;
    }
    Extensions known = Extensions.NONE.with(Attach.PINNED_IDENTITY, Attach.identityBytes(store));
    return freshness == 0
        ? known
        : known.with(Attach.KNOWN_FRESHNESS, Attach.freshnessBytes(freshness));
  }
}
