package org.dst.server.syscall;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes handles of libc's functions. Pointers are declared as 64-bit integers, which both
 * architectures pass in the same registers: an address then needs no MemorySegment of its own.
 */
final class NativeLinker {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG;

  private static final Linker LINKER = Linker.nativeLinker();

  private NativeLinker() {}

  /** A function with a fixed number of arguments; the handle's first argument takes errno. */
  static MethodHandle function(String name, ValueLayout result, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(result, arguments), List.of());
  }

  /** A function whose arguments from the third on are variadic in C, such as open and ioctl. */
  static MethodHandle variadic(String name, ValueLayout result, MemoryLayout... arguments) {
    FunctionDescriptor descriptor = FunctionDescriptor.of(result, arguments);
    return link(name, descriptor, List.of(Linker.Option.firstVariadicArg(2)));
  }

  @SuppressWarnings("restricted") // the purpose of this package
  private static MethodHandle link(
      String name, FunctionDescriptor descriptor, List<Linker.Option> options) {
    List<Linker.Option> all = new ArrayList<>(options);
    all.add(Linker.Option.captureCallState("errno"));
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), descriptor, all.toArray(Linker.Option[]::new));
  }

  /** A handle threw, which only a wrong declaration in this package can cause. */
  static AssertionError unexpected(Throwable cause) {
    return new AssertionError("a foreign call threw", cause);
  }
}
