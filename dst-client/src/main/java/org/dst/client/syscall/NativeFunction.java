package org.dst.client.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * A function of libc that answers -1 for an error. It is linked when it is called first: linking
 * takes longer than anything else here, and a program that only looks needs few. None is on a hot
 * path, so calls may allocate. Any thread.
 */
final class NativeFunction {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final int LONGEST_MESSAGE = 1024;

  private final String name;
  private final FunctionDescriptor descriptor;
  private final List<Linker.Option> options;
  private MethodHandle handle;

  private NativeFunction(String name, FunctionDescriptor descriptor, List<Linker.Option> options) {
    this.name = name;
    this.descriptor = descriptor;
    this.options = options;
  }

  /** A function with a fixed number of arguments. */
  static NativeFunction of(String name, ValueLayout result, MemoryLayout... arguments) {
    return new NativeFunction(
        name,
        FunctionDescriptor.of(result, arguments),
        List.of(Linker.Option.captureCallState("errno")));
  }

  /** A function that is variadic in C from its argument number {@code first} on, counted from 0. */
  static NativeFunction variadic(
      String name, int first, ValueLayout result, MemoryLayout... arguments) {
    return new NativeFunction(
        name,
        FunctionDescriptor.of(result, arguments),
        List.of(Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(first)));
  }

  /**
   * Calls it.
   *
   * @throws ErrnoException with what the kernel says
   */
  long call(Object... arguments) throws ErrnoException {
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
      throw unexpected(e);
    }
    throw new ErrnoException(errno);
  }

  private synchronized MethodHandle handle() {
    if (handle == null) {
      handle = link(name, descriptor, options);
    }
    return handle;
  }

  /** What libc calls an error number. */
  @SuppressWarnings("restricted") // a string of libc's, which lives as long as the process
  static String describe(int errno) {
    try {
      return ((MemorySegment) Messages.STRERROR.invokeExact(errno))
          .reinterpret(LONGEST_MESSAGE)
          .getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Linked when a message is wanted first. */
  private static final class Messages {
    private static final MethodHandle STRERROR =
        link("strerror", FunctionDescriptor.of(ValueLayout.ADDRESS, INT), List.of());
  }

  @SuppressWarnings("restricted") // the purpose of this package
  private static MethodHandle link(
      String name, FunctionDescriptor descriptor, List<Linker.Option> options) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        options.toArray(Linker.Option[]::new));
  }

  /** A handle threw, which only a wrong declaration in this package can cause. */
  private static AssertionError unexpected(Throwable cause) {
    return new AssertionError("a foreign call threw", cause);
  }
}
