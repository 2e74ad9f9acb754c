package org.dst.system.durability;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A system call in a trace.
 *
 * @param entered the line of the trace at which the kernel got it
 * @param returned the line at which it gave the result; a later one if others came between
 * @param name as strace has it
 * @param path of the descriptor that is its first argument
 * @param arguments behind the descriptor, every string in hexadecimal escapes
 * @param result as returned; negative for an error
 */
record Syscall(int entered, int returned, String name, String path, String arguments, long result) {
  private static final Pattern RANGE = Pattern.compile(".*, \\d+, (\\d+)");
  private static final Pattern RANGE_AND_FLAGS = Pattern.compile(".*, \\d+, (\\d+), ([A-Z_|0-9]+)");

  /** Whether it puts bytes into a file at an offset. */
  boolean isFileWrite() {
    return name.startsWith("pwrite");
  }

  /** Whether it makes what was written to its file durable. */
  boolean isSync() {
    return name.equals("fdatasync") || name.equals("fsync");
  }

  /** Whether it sends bytes of a stream. */
  boolean isSend() {
    return switch (name) {
      case "write", "writev", "sendto", "sendmsg" -> true;
      default -> false;
    };
  }

  /** Where a file write puts its first byte. */
  long offset() {
    return Long.parseLong(range().group(1));
  }

  /** Whether a file write is durable when it returns. */
  boolean isDurable() {
    return name.equals("pwritev2") && range().group(2).contains("RWF_DSYNC");
  }

  private Matcher range() {
    Matcher matcher = (name.equals("pwritev2") ? RANGE_AND_FLAGS : RANGE).matcher(arguments);
    if (!matcher.matches()) {
      throw new AssertionError("no range in " + this);
    }
    return matcher;
  }
}
