package org.dst.client.lane;

/** What a session counts. The names are stable; scripts and tests rely on them. */
public enum ClientCounter {
  /** Copies of transactions sent after the first. */
  RESENDS,
  /** Transactions that failed because all resends did. */
  FAILED_TRANSACTIONS,
  /** Second answers to a transaction that was sent twice. */
  DUPLICATE_REPLIES,
  /** Replies or requests that did not match their checksum, found by either side. */
  CHECKSUM_FAILURES,
  /** Links that were attached after the first of their lane. */
  RECONNECTS,
  /** Milliseconds in which a lane had no attached link, after its first. */
  OUTAGE_MILLIS,
  /** Attaches that the server refused. */
  REFUSALS,
  /** Attached links that were given up because the store was not the one that was known. */
  STRANGE_STORES,
  /** Restarts of the server that a lane met, and before which everything was made durable. */
  CLEAN_RESTARTS,
  /** Replays of unflushed writes that were started. */
  REPLAYS,
  /** Changes sent again by replays. */
  REPLAYED_WRITES,
  /** Bytes of data sent again by replays. */
  REPLAYED_BYTES,
  /** Changes that a replay could not repeat. */
  FAILED_REPLAYS,
  /** Flushes that the client sent by itself because its log of unflushed writes grew large. */
  BACKGROUND_FLUSHES,
  /** Links that did not answer pings in time. */
  DEAD_LINKS,
  /** Times that a lane was told of another size of the export. */
  RESIZES
}
