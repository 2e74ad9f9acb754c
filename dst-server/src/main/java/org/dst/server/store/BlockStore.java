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
  /** What is known about the store; the size in it is the one at opening. */
  StoreInfo info();

  /** Bytes it holds now; may ask the kernel. */
  long size();

  /**
   * Where ranges end. Asks nobody. After the store was made smaller behind the server's back it is
   * more than there is, until {@link #cutTo}.
   */
  default long knownSize() {
    return size();
  }

  /**
   * As {@link #size}, but not silent if the kernel cannot tell.
   *
   * @throws StoreException if it cannot
   */
  default long measure() throws StoreException {
    return size();
  }

  /**
   * Somebody else has made the store smaller: ranges end there from now on. Growth needs no word,
   * {@link #size} takes it over.
   */
  default void cutTo(long size) {
    throw new UnsupportedOperationException(info().kind());
  }

  /**
   * Gives the store another size, durable at the return. Requests beyond a smaller one are refused
   * from the call on, and those that have begun end before anything is cut off. One call at a time;
   * blocks.
   *
   * @param size in bytes, a multiple of the minimum block, at least one
   * @throws StoreException if it cannot have that size; then it has the one it had
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
   * By what the medium is recognised, whatever path leads to it. Blocks.
   *
   * @throws StoreException if it cannot be asked at all
   */
  default MediumMarks marks() throws StoreException {
    return MediumMarks.NONE;
  }

  /**
   * Leaves a tag with the medium, durable at the return. Blocks.
   *
   * @param tag ASCII, at most 200 characters
   * @return whether {@link #marks} has it from now on; false where the medium keeps none
   */
  default boolean leave(String tag) throws StoreException {
    return false;
  }

  /**
   * An empty buffer into which a read needs no copy, and out of which a reply needs none.
   *
   * @param length bytes that it has room for
   */
  default ByteBuf bufferForRead(ByteBufAllocator allocator, int length) {
    return FrameWriter.ownedBuffer(allocator, length);
  }

  /**
   * Reads without waiting for the medium (RWF_NOWAIT).
   *
   * @param target gets {@code length} bytes appended; it has room for them
   * @return false, with {@code target} unchanged, if that would wait or is not supported
   */
  boolean tryRead(long offset, ByteBuf target, int length) throws StoreException;

  /**
   * Appends {@code length} bytes to {@code target}, which has room for them.
   *
   * @throws StoreException if the medium fails or ends early; never a short read
   */
  void read(long offset, ByteBuf target, int length) throws StoreException;

  /**
   * Writes all readable bytes of {@code source}, whose indices stay as they are.
   *
   * @param durable whether they must be on stable storage at the return
   */
  void write(long offset, ByteBuf source, boolean durable) throws StoreException;

  /** Whether a write that need not be durable goes into memory only, as a rule. */
  default boolean cachesWrites() {
    return false;
  }

  /** Makes everything durable that was written before the call (fdatasync). */
  void sync() throws StoreException;

  /** Starts write-back of a range and does not wait for it (sync_file_range). */
  void startWriteBack(long offset, long length) throws StoreException;

  /** Gives back the space of a range, which reads as zeroes or as before. A hint. */
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
   * Which parts of a range are holes or zeroes.
   *
   * @param most extents at the most, at least 1
   * @return consecutive extents from {@code offset} on, at least one; they may cover less than the
   *     range, never more; neighbours differ in state
   */
  List<Extent> status(long offset, long length, int most) throws StoreException;

  /** The same store by a {@link Ring}, or null if it has only these methods. */
  default RingStore onRing() {
    return null;
  }

  /** Gives up the lock and the descriptor. */
  @Override
  void close();
}
