package org.dst.system.durability;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the output of {@code strace -f -y -xx -o FILE}. The order of its lines is the order of
 * events across all threads: strace sees one event after the other, and a thread that could learn
 * of a result resumes only after strace has seen it.
 */
final class SyscallTrace {
  /** The calls that a trace has to have. */
  static final String CALLS =
      "fdatasync,fsync,pwrite64,pwritev,pwritev2,write,writev,sendto,sendmsg";

  private static final String UNFINISHED = "<unfinished ...>";
  private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
  private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. \\w+ resumed>(.*)");
  private static final Pattern CALL =
      Pattern.compile("(\\w+)\\(\\d+<((?:\\\\x[0-9a-f]{2})*)>(.*)\\) += (-?\\d+)(?: .*)?");
  private static final Pattern STRING = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"(\\.\\.\\.)?");

  private record Entry(int line, String text) {}

  private SyscallTrace() {}

  /** The calls on descriptors, in the order in which they returned. */
  static List<Syscall> parse(List<String> lines) {
    List<Syscall> calls = new ArrayList<>();
    Map<String, Entry> unfinished = new HashMap<>();
    for (int at = 0; at < lines.size(); at++) {
      Matcher line = LINE.matcher(lines.get(at));
      if (!line.matches()) {
        continue;
      }
      String thread = line.group(1);
      String text = line.group(2);
      Matcher resumed = RESUMED.matcher(text);
      if (text.endsWith(UNFINISHED)) {
        text = text.substring(0, text.length() - UNFINISHED.length()).stripTrailing();
        unfinished.put(thread, new Entry(at, text));
      } else if (resumed.matches()) {
        Entry entry = unfinished.remove(thread);
        add(calls, entry.line, at, entry.text + resumed.group(1));
      } else {
        add(calls, at, at, text);
      }
    }
    return calls;
  }

  private static void add(List<Syscall> calls, int entered, int returned, String text) {
    Matcher call = CALL.matcher(text);
    if (call.matches()) {
      calls.add(
          new Syscall(
              entered,
              returned,
              call.group(1),
              new String(bytes(call.group(2))),
              call.group(3),
              Long.parseLong(call.group(4))));
    }
  }

  /** The bytes that a call was given, of all of its buffers. */
  static byte[] data(Syscall call) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    Matcher string = STRING.matcher(call.arguments());
    while (string.find()) {
      if (string.group(2) != null) {
        throw new AssertionError("strace has cut the bytes of " + call);
      }
      data.writeBytes(bytes(string.group(1)));
    }
    return data.toByteArray();
  }

  private static byte[] bytes(String escapes) {
    return HexFormat.of().parseHex(escapes.replace("\\x", ""));
  }
}
