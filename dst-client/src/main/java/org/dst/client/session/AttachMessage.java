package org.dst.client.session;

import java.util.UUID;
import org.dst.client.lane.PinnedExport;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Extensions;

/** Builds the ATTACH message of a lane. */
final class AttachMessage {
  private AttachMessage() {}

  /**
   * The message for a link of that generation. Predecessor and take-over apply to the first attach
   * only.
   */
  static Attach of(
      SessionOptions options,
      SessionOptions.Identity identity,
      PinnedExport export,
      int lane,
      long generation) {
    boolean first = export.first() == null;
    UUID pinned = first ? identity.pinnedStore() : export.first().identity();
    return new Attach(
        identity.session(),
        first ? identity.predecessor() : Attach.NO_SESSION,
        export.leaseEpoch(),
        lane,
        options.lanes(),
        generation,
        options.access(),
        first && options.takeOver(),
        options.export(),
        options.client(),
        known(pinned, export.freshness()));
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
