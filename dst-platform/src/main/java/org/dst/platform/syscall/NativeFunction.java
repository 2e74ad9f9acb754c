package org.dst.platform.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A function of libc that returns -1 on error, for calls off the hot path: a call allocates. It is
 * linked by its first call, because linking dominates the startup of a short command and most
 * commands call few functions. Any thread.
 */
public final class NativeFunction {
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /** Takes a MemorySegment, unlike {@link NativeLinker#POINTER}. */
  public static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  private final Supplier<MethodHandle> linking;
  private MethodHandle handle;

  private NativeFunction(Supplier<MethodHandle> linking) {
    this.linking = linking;
  }

  /** A function with a fixed number of arguments. */
  public static NativeFunction of(String name, ValueLayout result, MemoryLayout... arguments) {
    return new NativeFunction(() -> NativeLinker.function(name, result, arguments));
  }

  /**
   * A function that is variadic in C.
   *
   * @param fixed how many arguments precede the variadic ones
   */
  public static NativeFunction variadic(
      String name, int fixed, ValueLayout result, MemoryLayout... arguments) {
    return new NativeFunction(() -> NativeLinker.variadic(name, fixed, result, arguments));
  }

  /**
   * Calls the function.
   *
   * @throws ErrnoException with the error number, if it returned -1
   */
  public long call(Object... arguments) throws ErrnoException {
    int errno;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      List<Object> all = new ArrayList<>(List.of(arguments));
      all.addFirst(state);
      long result = ((Number) handle().invokeWithArguments(all)).longValue();
      if (result != -1) {
        return result;
      }
      errno = state.get(INT, 0);
    } catch (Throwable e) {
      throw NativeLinker.unexpected(e);
    }
    throw new ErrnoException(errno);
  }

  private synchronized MethodHandle handle() {
    if (handle == null) {
      handle = linking.get();
    }
    return handle;
  }
}
