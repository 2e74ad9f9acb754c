package org.dst.client.syscall;

import static org.dst.client.syscall.Linking.INT;
import static org.dst.client.syscall.Linking.LONG;
import static org.dst.client.syscall.Linking.POINTER;
import static org.dst.client.syscall.Linking.call;
import static org.dst.client.syscall.Linking.function;
import static org.dst.client.syscall.Linking.variadic;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** What a process can say to the kernel about its memory, and the replacement of its program. */
public final class ProcessCalls {
  private static final int PR_SET_IO_FLUSHER = 57;
  private static final int PR_GET_IO_FLUSHER = 58;
  private static final int MCL_CURRENT = 1;
  private static final int MCL_FUTURE = 2;
  private static final int MCL_ONFAULT = 4;

  private static final MethodHandle PRCTL = variadic("prctl", 1, INT, INT, LONG, LONG, LONG, LONG);
  private static final MethodHandle MLOCKALL = function("mlockall", INT, INT);
  private static final MethodHandle EXECV = function("execv", INT, POINTER, POINTER);

  private ProcessCalls() {}

  /** Whether the calling thread is an I/O flusher: its allocations never wait for block I/O. */
  public static boolean isIoFlusher() throws ErrnoException {
    return call(PRCTL, PR_GET_IO_FLUSHER, 0L, 0L, 0L, 0L) == 1;
  }

  /**
   * Makes the calling thread an I/O flusher, and every thread and program that it starts from now
   * on (PR_SET_IO_FLUSHER of prctl(2)). Takes CAP_SYS_RESOURCE.
   */
  public static void becomeIoFlusher() throws ErrnoException {
    call(PRCTL, PR_SET_IO_FLUSHER, 1L, 0L, 0L, 0L);
  }

  /**
   * From now on pages that the process has, or touches later, stay in memory (mlockall(2) with
   * MCL_ONFAULT: what is never touched takes no memory).
   */
  public static void lockMemory() throws ErrnoException {
    call(MLOCKALL, MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
  }

  /** Puts another program in place of this one, same process id; returns only if that fails. */
  public static void execute(String program, List<String> arguments) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vector = arena.allocate(ValueLayout.ADDRESS, arguments.size() + 1L);
      for (int i = 0; i < arguments.size(); i++) {
        vector.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(arguments.get(i)));
      }
      call(EXECV, arena.allocateFrom(program), vector);
    }
  }
}
