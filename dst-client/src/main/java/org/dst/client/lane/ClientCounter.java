package org.dst.client.lane;

/** The counters of a session. The names are stable; scripts and tests rely on them. */
public enum ClientCounter {
  /** Copies of transactions sent after the first. */
  RESENDS,
  /** Transactions that failed after their last resend. */
  FAILED_TRANSACTIONS,
  /** Second answers to a transaction that was sent twice. */
  DUPLICATE_REPLIES,
  /** Replies or requests that did not match their checksum, found by either side. */
  CHECKSUM_FAILURES,
  /** Links attached after the first of their lane. */
  RECONNECTS,
  /** Milliseconds that lanes spent without an attached link, after their first. */
  OUTAGE_MILLIS,
  /** Attaches that the server refused. */
  REFUSALS,
  /** Attaches abandoned because the store was not the expected one. */
  STRANGE_STORES,
  /** Clean restarts of the server, after which nothing needed a replay. */
  CLEAN_RESTARTS,
  /** Replays of unflushed writes that were started. */
  REPLAYS,
  /** Changes sent again by replays. */
  REPLAYED_WRITES,
  /** Bytes of data sent again by replays. */
  REPLAYED_BYTES,
  /** Changes whose replay failed. */
  FAILED_REPLAYS,
  /** Flushes that the client sent on its own because its unflushed-write log grew large. */
  BACKGROUND_FLUSHES,
  /** Links that did not answer pings in time. */
  DEAD_LINKS,
  /** Size changes of the export announced to a lane. */
  RESIZES
}
