package org.dst.server.store;

/**
 * The options for opening a store.
 *
 * @param readOnly whether changes are refused; the file is opened and locked for reading only
 * @param minBlock bytes, a power of two up to 64 KiB; 0 for the store's default
 * @param preferredBlock bytes, a power of two, not below minBlock; 0 for the store's default
 * @param sizeLimit maximum size in bytes; 0 for no limit
 * @param createSize size in bytes of the sparse file to create if there is none; 0 to fail instead
 * @param direct whether I/O bypasses the page cache (O_DIRECT of open(2))
 * @param preallocate whether space for the whole export is allocated when it is opened
 */
public record StoreOptions(
    boolean readOnly,
    int minBlock,
    int preferredBlock,
    long sizeLimit,
    long createSize,
    boolean direct,
    boolean preallocate) {
  /** The largest minimum block, NBD's own bound for it. */
  public static final int MAX_MIN_BLOCK = 64 << 10;

  /** An existing file as a whole, read-write, with the store's default block sizes. */
  public static final StoreOptions DEFAULT = new StoreOptions(false, 0, 0, 0, 0, false, false);

  /** Rejects contradictory options. */
  public StoreOptions {
    if (minBlock < 0 || minBlock > MAX_MIN_BLOCK || Integer.bitCount(minBlock) > 1) {
      throw new IllegalArgumentException(
          "minimum block " + minBlock + " (expected: a power of two up to " + MAX_MIN_BLOCK + ")");
    }
    if (preferredBlock < 0 || Integer.bitCount(preferredBlock) > 1) {
      throw new IllegalArgumentException(
          "preferred block " + preferredBlock + " (expected: a power of two)");
    }
    if (preferredBlock != 0 && preferredBlock < minBlock) {
      throw new IllegalArgumentException(
          "preferred block " + preferredBlock + " (expected: >= minimum block " + minBlock + ")");
    }
    if (sizeLimit < 0 || createSize < 0) {
      throw new IllegalArgumentException(
          "size limit " + sizeLimit + ", size to create " + createSize + " (expected: >= 0)");
    }
    if (readOnly && createSize > 0) {
      throw new IllegalArgumentException("a file that is created cannot be read-only");
    }
    if (readOnly && preallocate) {
      throw new IllegalArgumentException("what is read-only cannot be preallocated");
    }
  }

  /** These, but read-only. */
  public StoreOptions asReadOnly() {
    return new StoreOptions(true, minBlock, preferredBlock, sizeLimit, 0, direct, preallocate);
  }

  /** These options with a minimum block. */
  public StoreOptions withMinBlock(int bytes) {
    return new StoreOptions(
        readOnly, bytes, preferredBlock, sizeLimit, createSize, direct, preallocate);
  }

  /** These options with a preferred block. */
  public StoreOptions withPreferredBlock(int bytes) {
    return new StoreOptions(readOnly, minBlock, bytes, sizeLimit, createSize, direct, preallocate);
  }

  /** These options with a size limit. */
  public StoreOptions withSizeLimit(long bytes) {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, bytes, createSize, direct, preallocate);
  }

  /** These options, creating a missing file. */
  public StoreOptions withCreateSize(long bytes) {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, sizeLimit, bytes, direct, preallocate);
  }

  /** These options with direct I/O. */
  public StoreOptions asDirect() {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, sizeLimit, createSize, true, preallocate);
  }

  /** These options with preallocation. */
  public StoreOptions preallocated() {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, sizeLimit, createSize, direct, true);
  }
}
