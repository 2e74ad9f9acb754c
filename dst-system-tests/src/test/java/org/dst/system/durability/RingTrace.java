package org.dst.system.durability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dst.system.durability.Evidence.Sync;
import org.dst.system.durability.Evidence.Written;

/**
 * Parses what the kernel's tracepoints report about a server with the {@code uring} engine, which
 * strace cannot see: submissions and completions of its rings, the file system's record of what was
 * written to the file, and the durable writes of the engine's pool. The tracepoints show only the
 * length of a send, not its bytes; which reply it carries follows from the position in the stream,
 * which the client knows.
 */
final class RingTrace {
  /** The tracepoints, and which of their events a trace needs; %d is the file's inode. */
  static final Map<String, String> EVENTS =
      Map.of(
          "io_uring/io_uring_submit_req", "comm ~ \"dst-*\"",
          "io_uring/io_uring_complete", "comm ~ \"dst-*\" || comm ~ \"iou-*\"",
          "ext4/ext4_da_write_end", "ino == %d",
          "syscalls/sys_enter_pwritev2", "comm ~ \"dst-*\"",
          "syscalls/sys_exit_pwritev2", "comm ~ \"dst-*\"");

  private static final int RWF_DSYNC = 2;
  private static final Pattern LINE =
      Pattern.compile(" *.+-(\\d+) +\\[\\d+\\] \\S+ +[\\d.]+: (\\w+)(?:: |(?= ->)|(?=\\())(.*)");
  private static final Pattern SUBMITTED =
      Pattern.compile("ring (\\w+), req (\\w+), .*opcode (\\w+),.*");
  private static final Pattern COMPLETED =
      Pattern.compile("ring (\\w+), req (\\w+), .*result (-?\\d+),.*");
  private static final Pattern FILE_WRITE = Pattern.compile(".* pos (\\d+) len \\d+ copied (\\d+)");
  private static final Pattern ENTERED =
      Pattern.compile("\\(.*pos_l: (?:0x)?(\\w+), pos_h: 0, flags: (?:0x)?(\\w+)\\)");
  private static final Pattern RETURNED = Pattern.compile(" -> 0x(\\w+)");

  private final Set<Long> threads;
  private final List<Written> writes = new ArrayList<>();
  private final List<Sync> syncs = new ArrayList<>();
  private final List<Chunk> sends = new ArrayList<>();
  private final Map<String, Submitted> underWay = new HashMap<>();
  private final Map<Long, Call> calls = new HashMap<>();
  private int at;

  private record Submitted(int line, String opcode) {
    /** Files are written by WRITE only. */
    boolean isSend() {
      return opcode.startsWith("SEND") || opcode.equals("WRITEV");
    }
  }

  private record Call(long offset, boolean durable) {}

  /** What a send took, and the line at which the kernel was given it. */
  private record Chunk(int line, long bytes) {}

  private RingTrace(Set<Long> threads) {
    this.threads = threads;
  }

  /**
   * Reads the lines of a trace, which are in the order of events.
   *
   * @param threads of the server; those of others do not count
   */
  static RingTrace read(List<String> lines, Set<Long> threads) {
    RingTrace trace = new RingTrace(threads);
    for (String line : lines) {
      Matcher event = LINE.matcher(line);
      if (event.matches()) {
        trace.add(Long.parseLong(event.group(1)), event.group(2), event.group(3));
      }
      trace.at++;
    }
    return trace;
  }

  private void add(long thread, String event, String text) {
    switch (event) {
      case "io_uring_submit_req" -> submitted(thread, match(SUBMITTED, text));
      case "io_uring_complete" -> completed(match(COMPLETED, text));
      case "ext4_da_write_end" -> {
        Matcher write = match(FILE_WRITE, text);
        written(Long.parseLong(write.group(1)), Long.parseLong(write.group(2)), false);
      }
      case "sys_pwritev2" -> call(thread, text);
      default -> throw new AssertionError("unexpected event " + event);
    }
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new AssertionError("'%s' (expected: %s)".formatted(text, pattern));
    }
    return matcher;
  }

  private void submitted(long thread, Matcher event) {
    if (threads.contains(thread)) {
      String request = event.group(1) + event.group(2);
      underWay.put(request, new Submitted(at, event.group(3)));
    }
  }

  /** The kernel's workers complete as well, in the name of a ring. */
  private void completed(Matcher event) {
    Submitted request = underWay.remove(event.group(1) + event.group(2));
    if (request == null) {
      return; // submitted by somebody else, or before the trace
    }
    long result = Long.parseLong(event.group(3));
    if (request.opcode.equals("FSYNC") && result == 0) {
      syncs.add(new Sync(request.line, at));
    } else if (request.isSend() && result > 0) {
      sends.add(new Chunk(request.line, result));
    }
  }

  private void call(long thread, String text) {
    if (!threads.contains(thread)) {
      return;
    }
    if (text.startsWith("(")) {
      Matcher entered = match(ENTERED, text);
      boolean durable = (Long.parseLong(entered.group(2), 16) & RWF_DSYNC) != 0;
      calls.put(thread, new Call(Long.parseLong(entered.group(1), 16), durable));
      return;
    }
    Call call = calls.remove(thread);
    long result = Long.parseUnsignedLong(match(RETURNED, text).group(1), 16);
    if (call != null && result > 0) {
      written(call.offset, result, call.durable);
    }
  }

  private void written(long offset, long length, boolean durable) {
    writes.add(new Written(offset, length, durable, at));
  }

  /** Bytes that the server has sent. */
  long sent() {
    return sends.stream().mapToLong(Chunk::bytes).sum();
  }

  /**
   * What the trace tells of a server with one connection.
   *
   * @param positions by transaction, how many bytes had been sent on it before its good answer
   */
  Evidence evidence(Map<Long, Long> positions) {
    Map<Long, Integer> replies = new HashMap<>();
    positions.forEach(
        (id, position) -> {
          long end = 0;
          for (Chunk send : sends) {
            end += send.bytes;
            if (end > position) {
              replies.put(id, send.line);
              return;
            }
          }
        });
    return new Evidence(writes, syncs, replies);
  }
}
