package org.dst.server.lane;

/** What an export counts. The names are stable; scripts and tests rely on them. */
public enum ServerCounter {
  /** Links that were granted a lane. */
  ATTACHES,
  /** Attaches that were refused, for whatever reason. */
  REFUSALS,
  /** Attaches that were refused because another client has, or had later, the lease. */
  LEASE_REFUSALS,
  /** Leases that were given to a new holder. */
  LEASES,
  /** Links that were ended because a newer link or a newer holder came. */
  FENCED_LINKS,
  /** Links that were ended because their peer had lost the right to what they do. */
  REVOKED_LINKS,
  /** Requests that were discarded unstarted when their link ended. */
  FENCED_REQUESTS,
  /** Resends that were not executed because their first copy was running or done. */
  DUPLICATES,
  /** Requests whose payload did not match its checksum. */
  CHECKSUM_FAILURES,
  /** Syncs of the store that failed. */
  FAILED_SYNCS
}
