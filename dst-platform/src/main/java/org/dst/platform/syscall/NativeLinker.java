package org.dst.platform.syscall;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Links functions of libc. A handle that is kept in a static final field and called with {@code
 * invokeExact} costs no allocation; {@link NativeFunction} is the convenient form for calls off the
 * hot path. The first argument of every handle is the segment that receives errno.
 *
 * <p>{@link #POINTER} declares pointers as 64-bit integers, which both architectures pass in the
 * same registers: an address then needs no MemorySegment of its own.
 */
public final class NativeLinker {
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  public static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private NativeLinker() {}

  /** Links a function with a fixed number of arguments. */
  public static MethodHandle function(String name, ValueLayout result, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(result, arguments), ERRNO);
  }

  /** Links a function whose arguments from the third on are variadic in C, as in open and ioctl. */
  public static MethodHandle variadic(String name, ValueLayout result, MemoryLayout... arguments) {
    return variadic(name, 2, result, arguments);
  }

  /**
   * Links a function that is variadic in C.
   *
   * @param fixed how many arguments precede the variadic ones
   */
  public static MethodHandle variadic(
      String name, int fixed, ValueLayout result, MemoryLayout... arguments) {
    Linker.Option variadic = Linker.Option.firstVariadicArg(fixed);
    return link(name, FunctionDescriptor.of(result, arguments), ERRNO, variadic);
  }

  @SuppressWarnings("restricted") // the purpose of this package
  private static MethodHandle link(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /** Wraps what a handle threw; only a wrong declaration of the function can cause that. */
  public static AssertionError unexpected(Throwable cause) {
    return new AssertionError("a foreign call threw", cause);
  }
}
