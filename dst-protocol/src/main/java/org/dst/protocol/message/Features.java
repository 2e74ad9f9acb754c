package org.dst.protocol.message;

/** What a store can do, as bits of {@link Attached#features()}. READ and WRITE are always there. */
public final class Features {
  /** Writes may stay in a volatile cache until FLUSH, which is there too. */
  public static final int FLUSH = 1;

  /** FUA and BARRIER are honoured. */
  public static final int FUA = 1 << 1;

  /** TRIM gives space back. */
  public static final int TRIM = 1 << 2;

  /** WRITE_ZEROES is there. */
  public static final int WRITE_ZEROES = 1 << 3;

  /** WRITE_ZEROES may be asked to be fast. */
  public static final int FAST_ZERO = 1 << 4;

  /** CACHE is there. */
  public static final int CACHE = 1 << 5;

  /** BLOCK_STATUS is there. */
  public static final int BLOCK_STATUS = 1 << 6;

  /** The medium turns: seeks cost time. */
  public static final int ROTATIONAL = 1 << 7;

  /** Every change is durable before it is acknowledged: FLUSH has nothing left to do. */
  public static final int WRITE_THROUGH = 1 << 8;

  private Features() {}
}
