package org.dst.server.lane;

/** The counters of an export. The names are stable; scripts and tests rely on them. */
public enum ServerCounter {
  /** Links that were granted a lane. */
  ATTACHES,
  /** Attaches that were refused, for whatever reason. */
  REFUSALS,
  /** Attaches that were refused because another client has the lease, or has had it since. */
  LEASE_REFUSALS,
  /** Leases that were granted to a new holder. */
  LEASES,
  /** Links that were fenced by a newer link or a new lease holder. */
  FENCED_LINKS,
  /** Links that were fenced because their peer had lost the right to its access. */
  REVOKED_LINKS,
  /** Requests that were discarded before they started, because their link ended. */
  FENCED_REQUESTS,
  /** Resends that were not executed because their first copy was running or done. */
  DUPLICATES,
  /** Requests whose payload did not match its checksum. */
  CHECKSUM_FAILURES,
  /** Syncs of the store that failed. */
  FAILED_SYNCS
}
