package org.dst.server.store;

/**
 * Submits operations on open files without blocking. Belongs to one event loop: its methods are
 * called there, and so is {@link Call#ended}, possibly before the method returns. Addresses must
 * stay valid and descriptors open until the operation has ended; operations cannot be cancelled.
 */
public interface Ring {
  /** Hears how a call ended. */
  @FunctionalInterface
  interface Call {
    /**
     * The call ended.
     *
     * @param result what the kernel answers: bytes or 0, or a negative {@link
     *     org.dst.platform.syscall.Errno}; never EINTR
     */
    void ended(long result);
  }

  /** pread(2). */
  void read(int fd, long address, int length, long offset, Call call);

  /**
   * pwritev2(2) of one buffer.
   *
   * @param flags 0 or {@link org.dst.server.syscall.DataCalls#RWF_DSYNC}
   */
  void write(int fd, long address, int length, long offset, int flags, Call call);

  /** fdatasync(2). */
  void fdatasync(int fd, Call call);

  /** fallocate(2). */
  void fallocate(int fd, int mode, long offset, long length, Call call);
}
