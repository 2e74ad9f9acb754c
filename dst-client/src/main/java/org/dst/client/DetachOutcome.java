package org.dst.client;

/** What an attachment leaves behind when it ends. */
public enum DetachOutcome {
  /** Everything is durable, and the export is left, or waits for a successor as it was asked to. */
  CLEAN,
  /** Everything is durable, but the server was away: the export stays leased to this machine. */
  LEASE_KEPT,
  /** Acknowledged writes are not durable; a successor on this machine has to see to them. */
  WRITES_KEPT
}
