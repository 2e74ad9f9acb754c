package org.dst.server.syscall;

import static org.dst.platform.syscall.NativeLinker.INT;
import static org.dst.platform.syscall.NativeLinker.LONG;
import static org.dst.platform.syscall.NativeLinker.POINTER;
import static org.dst.platform.syscall.NativeLinker.function;
import static org.dst.platform.syscall.NativeLinker.unexpected;
import static org.dst.platform.syscall.NativeLinker.variadic;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.dst.platform.syscall.Errno;
import org.dst.server.syscall.FileStatus.DeviceNumber;

/**
 * Calls that tell one medium from another: extended attributes, file systems, loop devices. What
 * the kernel or the file system does not know is null; these calls never fail otherwise.
 */
public final class MarkCalls {
  /** FS_IOC_GETFSUUID of linux/fs.h, from Linux 6.9 on: a length and 16 bytes. */
  private static final long GET_FILE_SYSTEM_UUID = 0x80111500L;

  /** LOOP_GET_STATUS64 of linux/loop.h. */
  private static final long LOOP_GET_STATUS64 = 0x4c05;

  private static final int UUID_BYTES = 16;
  private static final int MAX_ATTRIBUTE = 256;
  private static final long STATFS_ID = 56;

  private static final MethodHandle IOCTL = variadic("ioctl", INT, INT, LONG, POINTER);
  private static final MethodHandle FSTATFS = function("fstatfs", INT, INT, POINTER);
  private static final MethodHandle FGETXATTR =
      function("fgetxattr", LONG, INT, POINTER, POINTER, LONG);
  private static final MethodHandle FSETXATTR =
      function("fsetxattr", INT, INT, POINTER, POINTER, LONG, INT);

  private MarkCalls() {}

  /**
   * What a loop device shows.
   *
   * @param device that the backing file is on
   * @param inode of the backing file
   * @param offset of the first byte that is shown, in bytes
   * @param sizeLimit maximum number of bytes to show; 0 for all
   */
  public record Loop(DeviceNumber device, long inode, long offset, long sizeLimit) {}

  /** An extended attribute of an open file, by fgetxattr(2), as ASCII; null if it has none. */
  public static String attribute(int fd, String name) {
    Scratch scratch = Scratch.get();
    try (Arena arena = Arena.ofConfined()) {
      long key = arena.allocateFrom(name).address();
      MemorySegment value = arena.allocate(MAX_ATTRIBUTE);
      long length =
          (long)
              FGETXATTR.invokeExact(scratch.errno, fd, key, value.address(), (long) MAX_ATTRIBUTE);
      return length < 0
          ? null
          : new String(
              value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Gives an open file an extended attribute, by fsetxattr(2).
   *
   * @return 0, or a negative {@link Errno} if the file system keeps none, among others
   */
  public static long setAttribute(int fd, String name, String value) {
    Scratch scratch = Scratch.get();
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    try (Arena arena = Arena.ofConfined()) {
      long key = arena.allocateFrom(name).address();
      long address = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes).address();
      return scratch.result(
          (int) FSETXATTR.invokeExact(scratch.errno, fd, key, address, (long) bytes.length, 0));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The UUID of the file system that an open file is on; null if it is not told. */
  public static UUID fileSystemUuid(int fd) {
    MemorySegment answer = ioctl(fd, GET_FILE_SYSTEM_UUID);
    if (answer == null || answer.get(ValueLayout.JAVA_BYTE, 0) != UUID_BYTES) {
      return null;
    }
    long most = bigEndian(answer, 1);
    long least = bigEndian(answer, 1 + Long.BYTES);
    return (most | least) == 0 ? null : new UUID(most, least);
  }

  /** f_fsid of fstatfs(2); 0 if the file system has none. */
  public static long fileSystemId(int fd) {
    Scratch scratch = Scratch.get();
    try {
      long result = scratch.result((int) FSTATFS.invokeExact(scratch.errno, fd, scratch.address));
      return result < 0 ? 0 : scratch.structure.get(ValueLayout.JAVA_LONG, STATFS_ID);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** What an open device shows if it is a loop device; null if it is none. */
  public static Loop loop(int fd) {
    MemorySegment info = ioctl(fd, LOOP_GET_STATUS64);
    if (info == null) {
      return null;
    }
    long device = info.get(ValueLayout.JAVA_LONG, 0);
    return new Loop(
        // As new_encode_dev of linux/kdev_t.h has packed it.
        new DeviceNumber((int) (device >> 8 & 0xfff), (int) (device & 0xff | device >> 12 & ~0xff)),
        info.get(ValueLayout.JAVA_LONG, 8),
        info.get(ValueLayout.JAVA_LONG, 24),
        info.get(ValueLayout.JAVA_LONG, 32));
  }

  private static long bigEndian(MemorySegment answer, long at) {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << Byte.SIZE | Byte.toUnsignedLong(answer.get(ValueLayout.JAVA_BYTE, at + i));
    }
    return value;
  }

  private static MemorySegment ioctl(int fd, long request) {
    Scratch scratch = Scratch.get();
    scratch.structure.fill((byte) 0);
    try {
      long result =
          scratch.result((int) IOCTL.invokeExact(scratch.errno, fd, request, scratch.address));
      return result < 0 ? null : scratch.structure;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }
}
