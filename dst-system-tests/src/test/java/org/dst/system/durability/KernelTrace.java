package org.dst.system.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dst.system.harness.Command;
import org.dst.system.harness.Result;

/**
 * A private buffer of the kernel's tracing (tracefs). Its clock counts events, so their order is
 * known across CPUs. Requires root.
 */
final class KernelTrace implements AutoCloseable {
  private static final Path USUAL = Path.of("/sys/kernel/tracing");
  private static final String KIBIBYTES = "16384";
  private static final Pattern ENTRIES =
      Pattern.compile("# entries-in-buffer/entries-written: (\\d+)/(\\d+) .*");

  private final Path mounted;
  private final Path instance;

  /**
   * @param mounted where tracefs was mounted for this, or null
   */
  private KernelTrace(Path mounted, Path instance) {
    this.mounted = mounted;
    this.instance = instance;
  }

  /**
   * Starts to trace, or skips the test and says why.
   *
   * @param directory where tracefs can be mounted
   * @param events tracepoints with the filters of their events
   */
  static KernelTrace startOrSkip(Path directory, Map<String, String> events) throws IOException {
    Path mounted = null;
    Path root = USUAL;
    if (!Files.isDirectory(USUAL.resolve("instances"))) {
      mounted = Files.createDirectory(directory.resolve("tracefs"));
      root = mounted;
      Result mount = Command.run("mount", "-t", "tracefs", "nodev", mounted.toString());
      assumeTrue(mount.exit() == 0, () -> "tracefs cannot be mounted: " + mount.err().strip());
    }
    String name = "dst-" + ProcessHandle.current().pid();
    KernelTrace trace = new KernelTrace(mounted, root.resolve("instances").resolve(name));
    boolean started = false;
    try {
      trace.start(events);
      started = true;
    } finally {
      if (!started) {
        trace.close();
      }
    }
    return trace;
  }

  private void start(Map<String, String> events) throws IOException {
    try {
      Files.createDirectory(instance);
    } catch (IOException refused) {
      assumeTrue(false, "no trace buffer: " + refused);
    }
    for (String event : events.keySet()) {
      boolean there = Files.isDirectory(instance.resolve("events").resolve(event));
      assumeTrue(there, () -> "this kernel has no tracepoint " + event);
    }
    write("trace_clock", "counter");
    write("buffer_size_kb", KIBIBYTES);
    for (Map.Entry<String, String> event : events.entrySet()) {
      write("events/" + event.getKey() + "/filter", event.getValue());
      write("events/" + event.getKey() + "/enable", "1");
    }
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(instance.resolve(file), text);
  }

  /** What was traced so far, all of it. */
  List<String> lines() throws IOException {
    List<String> lines = Files.readAllLines(instance.resolve("trace"));
    Matcher entries =
        lines.stream()
            .map(ENTRIES::matcher)
            .filter(Matcher::matches)
            .findFirst()
            .orElseThrow(() -> new AssertionError("no count of entries in the trace"));
    assertEquals(entries.group(2), entries.group(1), "entries written, and kept");
    return lines;
  }

  @Override
  public void close() throws IOException {
    if (Files.isDirectory(instance)) {
      write("tracing_on", "0");
      Files.delete(instance); // which has files, and is removed with them
    }
    if (mounted != null) {
      Result unmounted = Command.run("umount", mounted.toString());
      assertTrue(unmounted.exit() == 0, unmounted::toString);
    }
  }
}
