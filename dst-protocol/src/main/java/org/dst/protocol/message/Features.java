package org.dst.protocol.message;

/** Bits of {@link Attached#features()}: what a store supports besides READ and WRITE. */
public final class Features {
  /** FLUSH is supported; without {@link #WRITE_THROUGH}, writes may sit in a volatile cache. */
  public static final int FLUSH = 1;

  /** FUA and BARRIER are supported. */
  public static final int FUA = 1 << 1;

  /** TRIM is supported and frees space. */
  public static final int TRIM = 1 << 2;

  /** WRITE_ZEROES is supported. */
  public static final int WRITE_ZEROES = 1 << 3;

  /** The FAST_ZERO flag is supported. */
  public static final int FAST_ZERO = 1 << 4;

  /** CACHE is supported. */
  public static final int CACHE = 1 << 5;

  /** BLOCK_STATUS is supported. */
  public static final int BLOCK_STATUS = 1 << 6;

  /** The medium is a rotating disk: seeks are slow. */
  public static final int ROTATIONAL = 1 << 7;

  /** Every change is durable before it is acknowledged, so FLUSH has nothing to do. */
  public static final int WRITE_THROUGH = 1 << 8;

  private Features() {}
}
