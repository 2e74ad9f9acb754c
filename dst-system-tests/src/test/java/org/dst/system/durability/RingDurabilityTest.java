package org.dst.system.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dst.protocol.Access;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same as {@link DurabilityTraceTest} for a server with the {@code uring} engine, whose I/O
 * strace cannot see: the kernel's tracepoints report what its rings submitted and when it
 * completed.
 */
@Full
@Timeout(180)
class RingDurabilityTest {
  private static final long SIZE = 256L << 20;
  private static final long TRACE_NANOS = TimeUnit.SECONDS.toNanos(20);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Access.class,
      names = {"READ_WRITE", "SHARED"})
  void shouldPromiseNoDurabilityBeforeTheKernelDoes(Access access) throws Exception {
    Path image = Images.sparse(directory.resolve("image"), SIZE).toRealPath();
    String type = Files.getFileStore(image).type();
    assumeTrue(type.equals("ext4"), () -> "the image is on " + type + ", not on ext4");
    String export = "disk=" + image + (access == Access.SHARED ? ",shared" : "");
    try (KernelTrace kernel = KernelTrace.startOrSkip(directory, events(image));
        Daemon server = startOrSkip(export);
        RawDst client = RawDst.attached(Dst.address(server), "disk", access)) {
      DurableLoad load = new DurableLoad(client, access);
      load.run();
      RingTrace trace = read(kernel, server, client.socket().received());
      DurabilityChecker checker = new DurabilityChecker(trace.evidence(load.positions()));
      assertTrue(
          checker.proofs() > DurableLoad.BATCHES,
          () -> checker.proofs() + " syncs and durable writes");
      List<String> violations = checker.violations(load.sent());
      assertEquals(List.of(), violations.stream().limit(5).toList(), violations.size() + " in all");
    }
  }

  private static Map<String, String> events(Path image) throws IOException {
    Object inode = Files.getAttribute(image, "unix:ino");
    Map<String, String> events = new HashMap<>();
    RingTrace.EVENTS.forEach((name, filter) -> events.put(name, filter.formatted(inode)));
    return events;
  }

  private static Daemon startOrSkip(String export) {
    try {
      return Machine.create().export(export, "--engine", "uring");
    } catch (AssertionError refused) {
      assumeTrue(!refused.getMessage().contains("is not available here"), "no io_uring here");
      throw refused;
    }
  }

  /** The whole trace: a send is completed a moment after the client has its bytes. */
  private static RingTrace read(KernelTrace kernel, Daemon server, long received)
      throws IOException {
    Set<Long> threads;
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + server.pid() + "/task"))) {
      threads =
          tasks
              .map(task -> Long.valueOf(task.getFileName().toString()))
              .collect(Collectors.toSet());
    }
    long end = System.nanoTime() + TRACE_NANOS;
    RingTrace trace = RingTrace.read(kernel.lines(), threads);
    while (trace.sent() < received && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(50_000_000);
      trace = RingTrace.read(kernel.lines(), threads);
    }
    assertEquals(received, trace.sent(), "bytes of all sends (expected: what was received)");
    return trace;
  }
}
