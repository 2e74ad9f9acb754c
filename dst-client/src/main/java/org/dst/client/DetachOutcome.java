package org.dst.client;

/** What an attachment leaves behind when it ends. */
public enum DetachOutcome {
  /** Everything is durable, and the export is detached or handed over as requested. */
  CLEAN,
  /** Everything is durable, but the server was unreachable and may keep the lease. */
  LEASE_KEPT,
  /** Acknowledged writes are not durable; a successor on this machine has to flush them. */
  WRITES_KEPT
}
