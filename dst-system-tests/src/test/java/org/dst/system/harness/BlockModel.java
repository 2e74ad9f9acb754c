package org.dst.system.harness;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What each block of a disk must contain: the last acknowledged version, or, if a write was never
 * answered, that one or the version before. Every write has its own version, and contents are
 * derived from block and version, so a stale or misplaced block never passes for another. Not
 * thread-safe.
 */
public final class BlockModel {
  /** Bytes of a block. */
  public static final int BLOCK = 4096;

  /** The version of what is being read: no write may meet it, and it changes nothing. */
  static final long UNCHANGED = -2;

  private static final long NONE = -1;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final long[] known;
  private final long[] unanswered;
  private long versions;

  /** A disk of {@code blocks} blocks of zeroes. */
  public BlockModel(int blocks) {
    known = new long[blocks];
    unanswered = new long[blocks];
    Arrays.fill(unanswered, NONE);
  }

  /** How many blocks there are. */
  public int blocks() {
    return known.length;
  }

  /** A version that no write had before. */
  long newVersion() {
    return ++versions;
  }

  /** Whether no write is under way to any of these blocks, so that another one may be. */
  boolean isFree(int block, int count) {
    for (int i = block; i < block + count; i++) {
      if (unanswered[i] != NONE) {
        return false;
      }
    }
    return true;
  }

  /** A write of a version is under way. */
  void issued(int block, int count, long version) {
    Arrays.fill(unanswered, block, block + count, version);
  }

  /** It has succeeded. */
  void acknowledged(int block, int count, long version) {
    Arrays.fill(known, block, block + count, version);
    Arrays.fill(unanswered, block, block + count, NONE);
  }

  /**
   * The contents of a write.
   *
   * @param version 0 for zeroes
   */
  public static byte[] contents(int block, int count, long version) {
    ByteBuffer bytes = ByteBuffer.allocate(count * BLOCK);
    if (version != 0) {
      for (int i = 0; i < count; i++) {
        long state = (version << 24) + block + i;
        for (int j = 0; j < BLOCK / Long.BYTES; j++) {
          state = (state ^ (state >>> 29)) * GOLDEN + j;
          bytes.putLong(state);
        }
      }
    }
    return bytes.array();
  }

  /**
   * Requires that what was read is what may be there, and takes it for certain from now on.
   *
   * @throws AssertionError if it is not; the message names the block and its versions
   */
  public void check(int block, byte[] read) {
    for (int i = 0; i < read.length / BLOCK; i++) {
      byte[] found = Arrays.copyOfRange(read, i * BLOCK, (i + 1) * BLOCK);
      settle(block + i, found);
    }
  }

  private void settle(int block, byte[] found) {
    if (Arrays.equals(found, contents(block, 1, known[block]))) {
      unanswered[block] = NONE;
      return;
    }
    long other = unanswered[block];
    if (other < 0 || !Arrays.equals(found, contents(block, 1, other))) {
      throw new AssertionError(
          "block %d: neither version %d nor %s, but %s"
              .formatted(
                  block,
                  known[block],
                  other < 0 ? "any other" : Long.toString(other),
                  Arrays.equals(found, new byte[BLOCK]) ? "zeroes" : "something else"));
    }
    acknowledged(block, 1, other);
  }
}
