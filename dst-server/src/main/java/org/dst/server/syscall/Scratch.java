package org.dst.server.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory of one thread for what a call leaves behind (errno) and for the small structures that it
 * takes, so that a call allocates nothing. Lives as long as its thread.
 */
final class Scratch {
  /** The largest structure that fits: struct statx. */
  private static final long STRUCTURE_BYTES = 256;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** Where the linker puts errno, before anything else in this thread can change it. */
  final MemorySegment errno;

  /** The structure of the call that is under way. */
  final MemorySegment structure;

  /** The address of {@link #structure}. */
  final long address;

  private Scratch() {
    Arena untilUnreachable = Arena.ofAuto();
    errno = untilUnreachable.allocate(Linker.Option.captureStateLayout());
    structure = untilUnreachable.allocate(STRUCTURE_BYTES, Long.BYTES);
    address = structure.address();
  }

  /** The scratch memory of the calling thread. */
  static Scratch get() {
    return OF_THREAD.get();
  }

  /** What a call answers: its result, or the negative error number when it was -1. */
  long result(long returned) {
    return returned == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : returned;
  }

  /** Fills in a struct iovec with one buffer. */
  void vector(long buffer, long length) {
    structure.set(ValueLayout.JAVA_LONG, 0, buffer);
    structure.set(ValueLayout.JAVA_LONG, Long.BYTES, length);
  }
}
