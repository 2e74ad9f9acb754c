package org.dst.server.store;

/**
 * How a store is opened.
 *
 * @param readOnly whether changes are refused; the file is opened and locked for reading only
 * @param minBlock bytes, a power of two up to 64 KiB; 0 for what suits the store
 * @param preferredBlock bytes, a power of two, not below minBlock; 0 for what suits the store
 * @param sizeLimit bytes that are served at the most, from the first on; 0 for all
 * @param createSize bytes of the sparse file that is made if there is none; 0 for an error instead
 * @param direct whether I/O goes past the kernel's page cache (O_DIRECT of open(2))
 * @param preallocate whether the medium's space for all that is served is taken at the opening
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

  /** All of an existing file, for reading and writing, with the block sizes that suit it. */
  public static final StoreOptions DEFAULT = new StoreOptions(false, 0, 0, 0, 0, false, false);

  /** Refuses what cannot be meant. */
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

  /** These, with a minimum block. */
  public StoreOptions withMinBlock(int bytes) {
    return new StoreOptions(
        readOnly, bytes, preferredBlock, sizeLimit, createSize, direct, preallocate);
  }

  /** These, with a preferred block. */
  public StoreOptions withPreferredBlock(int bytes) {
    return new StoreOptions(readOnly, minBlock, bytes, sizeLimit, createSize, direct, preallocate);
  }

  /** These, limited to the first bytes. */
  public StoreOptions withSizeLimit(long bytes) {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, bytes, createSize, direct, preallocate);
  }

  /** These, making a file that is missing. */
  public StoreOptions withCreateSize(long bytes) {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, sizeLimit, bytes, direct, preallocate);
  }

  /** These, past the page cache. */
  public StoreOptions asDirect() {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, sizeLimit, createSize, true, preallocate);
  }

  /** These, taking the space at the opening. */
  public StoreOptions preallocated() {
    return new StoreOptions(
        readOnly, minBlock, preferredBlock, sizeLimit, createSize, direct, true);
  }
}
