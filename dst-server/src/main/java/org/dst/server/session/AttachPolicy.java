package org.dst.server.session;

import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attached;
import org.dst.server.access.AccessRight;
import org.dst.server.access.Peer;
import org.dst.server.lane.ServerLane;

/** What an export offers to the sessions that attach to it. Called on the registry's thread. */
public interface AttachPolicy {
  /** The widest access that the export grants to anyone. */
  Access mostAccess();

  /** What the export's access rules grant to a peer. */
  AccessRight rightOf(Peer peer);

  /** The maximum number of lanes in a session. */
  int maxLanes();

  /** The identity of the store. */
  UUID identity();

  /** The store's freshness: a durable counter that never decreases on its own. */
  long freshness();

  /** Creates a lane for a session with that access. */
  ServerLane newLane(Access access);

  /** The answer to a granted attach. */
  Attached answer(Access access, long leaseEpoch);

  /** Makes a lease durable and reports the outcome on the registry's thread. */
  void save(Lease lease, SaveOutcome saved);

  /** Receives the result of saving a lease. */
  interface SaveOutcome {
    /**
     * Called on the registry's thread.
     *
     * @param failure why the lease is not durable; null if it is
     */
    void ended(String failure);
  }
}
