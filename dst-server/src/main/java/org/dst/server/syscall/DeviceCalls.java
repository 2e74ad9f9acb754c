package org.dst.server.syscall;

import static org.dst.platform.syscall.NativeLinker.INT;
import static org.dst.platform.syscall.NativeLinker.LONG;
import static org.dst.platform.syscall.NativeLinker.POINTER;
import static org.dst.platform.syscall.NativeLinker.unexpected;
import static org.dst.platform.syscall.NativeLinker.variadic;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.dst.platform.syscall.Errno;

/**
 * ioctl(2) of block devices; the numbers are those of linux/fs.h on x86-64 and aarch64. Each
 * answers what the kernel does, a negative {@link Errno} for an error.
 */
public final class DeviceCalls {
  private static final long BLKROGET = 0x125e;
  private static final long BLKSSZGET = 0x1268;
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final long BLKDISCARD = 0x1277;
  private static final long BLKPBSZGET = 0x127b;
  private static final long BLKROTATIONAL = 0x127e;
  private static final long BLKZEROOUT = 0x127f;

  private static final MethodHandle IOCTL = variadic("ioctl", INT, INT, LONG, POINTER);

  private DeviceCalls() {}

  /** The device's size in bytes. */
  public static long size(int fd) {
    long result = query(fd, BLKGETSIZE64);
    return result < 0 ? result : Scratch.get().structure.get(ValueLayout.JAVA_LONG, 0);
  }

  /** Bytes of a logical block, the unit that the device can be told of. */
  public static long logicalBlock(int fd) {
    return integer(fd, BLKSSZGET);
  }

  /** Bytes of a physical block, the unit that it writes without reading first. */
  public static long physicalBlock(int fd) {
    return integer(fd, BLKPBSZGET);
  }

  /** 1 if the device is read-only, otherwise 0. */
  public static long readOnly(int fd) {
    return integer(fd, BLKROGET);
  }

  /** 1 if seeks cost time, otherwise 0. */
  public static long rotational(int fd) {
    long result = query(fd, BLKROTATIONAL);
    return result < 0
        ? result
        : Short.toUnsignedInt(Scratch.get().structure.get(ValueLayout.JAVA_SHORT, 0));
  }

  /** Discards a range of whole logical blocks; what it reads as afterwards is the device's. */
  public static long discard(int fd, long offset, long length) {
    return range(fd, BLKDISCARD, offset, length);
  }

  /** Zeroes a range of whole logical blocks, by the device if it can, else by the kernel. */
  public static long zeroOut(int fd, long offset, long length) {
    return range(fd, BLKZEROOUT, offset, length);
  }

  private static long integer(int fd, long request) {
    long result = query(fd, request);
    return result < 0 ? result : Scratch.get().structure.get(ValueLayout.JAVA_INT, 0);
  }

  private static long query(int fd, long request) {
    Scratch.get().structure.set(ValueLayout.JAVA_LONG, 0, 0);
    return ioctl(fd, request);
  }

  private static long range(int fd, long request, long offset, long length) {
    Scratch scratch = Scratch.get();
    scratch.structure.set(ValueLayout.JAVA_LONG, 0, offset);
    scratch.structure.set(ValueLayout.JAVA_LONG, Long.BYTES, length);
    return ioctl(fd, request);
  }

  private static long ioctl(int fd, long request) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((int) IOCTL.invokeExact(scratch.errno, fd, request, scratch.address));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }
}
