package org.dst.server.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameWriter;
import org.dst.server.medium.MediumMarks;

/**
 * A random-access array of bytes. Methods may be called by any number of threads at once and block
 * as long as the system call does, except {@link #tryRead}. Ranges were validated by the session; a
 * store checks them again at its own door and answers INVALID or NO_SPACE.
 */
public interface BlockStore extends AutoCloseable {
  /** The store's properties; the size in them is the one at opening. */
  StoreInfo info();

  /** The current size in bytes; may ask the kernel. */
  long size();

  /**
   * The size at which ranges end, without asking the kernel. If another process has shrunk the
   * store, this is more than there is until {@link #cutTo}.
   */
  default long knownSize() {
    return size();
  }

  /**
   * As {@link #size}, but fails if the kernel cannot tell.
   *
   * @throws StoreException if it cannot
   */
  default long measure() throws StoreException {
    return size();
  }

  /**
   * Somebody else has shrunk the store: ranges end there from now on. Growth needs no call, {@link
   * #size} notices it.
   */
  default void cutTo(long size) {
    throw new UnsupportedOperationException(info().kind());
  }

  /**
   * Resizes the store, durably on return. When shrinking, requests beyond the new end are refused
   * from the call on, and running ones end before anything is cut off. One call at a time; blocks.
   *
   * @param size in bytes, a multiple of the minimum block, at least one
   * @throws StoreException if that fails; then the size is unchanged
   */
  default void resize(long size) throws StoreException {
    throw new StoreException(
        Status.NOT_SUPPORTED, info().kind() + " " + info().location() + " cannot be resized");
  }

  /** Whether the path by which it was opened still leads to it. Blocks. */
  default PathStatus place() {
    return PathStatus.FOUND;
  }

  /**
   * The marks by which the medium is recognised, whatever path leads to it. Blocks.
   *
   * @throws StoreException if they cannot be read at all
   */
  default MediumMarks marks() throws StoreException {
    return MediumMarks.NONE;
  }

  /**
   * Attaches a tag to the medium, durably on return. Blocks.
   *
   * @param tag ASCII, at most 200 characters
   * @return whether {@link #marks} has it from now on; false where the medium keeps none
   */
  default boolean leave(String tag) throws StoreException {
    return false;
  }

  /**
   * Allocates a buffer that a read can fill and a reply can send without copying.
   *
   * @param length its capacity in bytes
   */
  default ByteBuf bufferForRead(ByteBufAllocator allocator, int length) {
    return FrameWriter.ownedBuffer(allocator, length);
  }

  /**
   * Reads without blocking on the medium (RWF_NOWAIT).
   *
   * @param target gets {@code length} bytes appended; has room for them
   * @return false, with {@code target} unchanged, if that would block or is not supported
   */
  boolean tryRead(long offset, ByteBuf target, int length) throws StoreException;

  /**
   * Appends {@code length} bytes to {@code target}, which has room for them.
   *
   * @throws StoreException if the medium fails or ends early; never a short read
   */
  void read(long offset, ByteBuf target, int length) throws StoreException;

  /**
   * Writes all readable bytes of {@code source}, whose indices do not change.
   *
   * @param durable whether they must be on stable storage on return
   */
  void write(long offset, ByteBuf source, boolean durable) throws StoreException;

  /** Whether a write that need not be durable normally goes to memory only. */
  default boolean cachesWrites() {
    return false;
  }

  /** Makes all earlier writes durable (fdatasync). */
  void sync() throws StoreException;

  /** Starts the write-back of a range without waiting for it (sync_file_range). */
  void startWriteBack(long offset, long length) throws StoreException;

  /** Deallocates a range, which then reads as zeroes or as before. A hint. */
  void trim(long offset, long length) throws StoreException;

  /**
   * Makes a range read as zeroes.
   *
   * @param noHole the range must be allocated afterwards
   * @param fast fail with NOT_SUPPORTED rather than write zeroes block by block
   */
  void writeZeroes(long offset, long length, boolean noHole, boolean fast) throws StoreException;

  /** Fetches a range into the cache (posix_fadvise WILLNEED). A hint. */
  void cache(long offset, long length) throws StoreException;

  /**
   * Finds the holes and zeroes of a range.
   *
   * @param most the maximum number of extents, at least 1
   * @return consecutive extents from {@code offset} on, at least one; they may cover less than the
   *     range, never more; neighbours differ in state
   */
  List<Extent> status(long offset, long length, int most) throws StoreException;

  /** The same store accessed through a {@link Uring}, or null if it supports only these methods. */
  default UringStore onRing() {
    return null;
  }

  /** Releases the lock and closes the descriptor. */
  @Override
  void close();
}
