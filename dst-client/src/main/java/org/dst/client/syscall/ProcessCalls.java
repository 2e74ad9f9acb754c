package org.dst.client.syscall;

import static org.dst.platform.syscall.NativeFunction.INT;
import static org.dst.platform.syscall.NativeFunction.LONG;
import static org.dst.platform.syscall.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.dst.platform.syscall.ErrnoException;
import org.dst.platform.syscall.NativeFunction;

/** Calls by which a process sets how the kernel treats its memory, and re-executes itself. */
public final class ProcessCalls {
  private static final int PR_SET_IO_FLUSHER = 57;
  private static final int PR_GET_IO_FLUSHER = 58;
  private static final int MCL_CURRENT = 1;
  private static final int MCL_FUTURE = 2;
  private static final int MCL_ONFAULT = 4;

  private static final NativeFunction PRCTL =
      NativeFunction.variadic("prctl", 1, INT, INT, LONG, LONG, LONG, LONG);
  private static final NativeFunction MLOCKALL = NativeFunction.of("mlockall", INT, INT);
  private static final NativeFunction EXECV = NativeFunction.of("execv", INT, POINTER, POINTER);

  private ProcessCalls() {}

  /** Whether the calling thread is an I/O flusher: its allocations never wait for block I/O. */
  public static boolean isIoFlusher() throws ErrnoException {
    return PRCTL.call(PR_GET_IO_FLUSHER, 0L, 0L, 0L, 0L) == 1;
  }

  /**
   * Makes the calling thread an I/O flusher, and every thread and program that it starts from now
   * on (PR_SET_IO_FLUSHER of prctl(2)). Needs CAP_SYS_RESOURCE.
   */
  public static void becomeIoFlusher() throws ErrnoException {
    PRCTL.call(PR_SET_IO_FLUSHER, 1L, 0L, 0L, 0L);
  }

  /**
   * From now on pages that the process has, or touches later, stay in memory (mlockall(2) with
   * MCL_ONFAULT: what is never touched takes no memory).
   */
  public static void lockMemory() throws ErrnoException {
    MLOCKALL.call(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
  }

  /** Replaces the running program, by execv(3); returns only on failure. */
  public static void execute(String program, List<String> arguments) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vector = arena.allocate(ValueLayout.ADDRESS, arguments.size() + 1L);
      for (int i = 0; i < arguments.size(); i++) {
        vector.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(arguments.get(i)));
      }
      EXECV.call(arena.allocateFrom(program), vector);
    }
  }
}
