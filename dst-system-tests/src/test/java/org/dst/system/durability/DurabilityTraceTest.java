package org.dst.system.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dst.protocol.Access;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server under strace, and a client that writes, flushes and requests durable writes, sixteen at
 * a time: no reply that promises durability is sent before the kernel has reported it.
 */
@Full
@NeedsProgram("strace")
@Timeout(180)
class DurabilityTraceTest {
  private static final long SIZE = 256L << 20;
  private static final long TRACE_NANOS = TimeUnit.SECONDS.toNanos(20);

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"epoll, READ_WRITE", "nio, READ_WRITE", "epoll, SHARED"})
  void shouldPromiseNoDurabilityBeforeTheKernelDoes(String transport, Access access)
      throws Exception {
    Path image = Images.sparse(directory.resolve("image"), SIZE).toRealPath();
    Path file = directory.resolve("trace");
    DurableLoad load;
    long pid;
    String export = "disk=" + image + (access == Access.SHARED ? ",shared" : "");
    try (Daemon server =
            Machine.create()
                .exportBehind(strace(file), "127.0.0.1:0", export, "--transport", transport);
        RawDst client = RawDst.attached(Dst.address(server), "disk", access)) {
      pid = server.pid();
      load = new DurableLoad(client, access);
      load.run();
    }
    List<Syscall> calls = SyscallTrace.parse(trace(file, pid));
    DurabilityChecker checker = new DurabilityChecker(Evidence.of(calls, image.toString()));
    assertTrue(
        checker.proofs() > DurableLoad.BATCHES,
        () -> checker.proofs() + " syncs and durable writes");
    List<String> violations = checker.violations(load.sent());
    assertEquals(List.of(), violations.stream().limit(5).toList(), violations.size() + " in all");
  }

  /** As a grandchild, so that the process that is started is the program's own. */
  private static List<String> strace(Path file) {
    return List.of(
        "strace",
        "-D",
        "-f",
        "-y",
        "-xx",
        "-s",
        "1024",
        "--seccomp-bpf",
        "-e",
        "trace=" + SyscallTrace.CALLS,
        "-e",
        "signal=none",
        "-o",
        file.toString());
  }

  /** The whole trace: strace ends a moment after the program. */
  private static List<String> trace(Path file, long pid) throws IOException {
    long end = System.nanoTime() + TRACE_NANOS;
    List<String> lines = List.of();
    while (System.nanoTime() - end < 0) {
      lines = Files.readAllLines(file);
      if (!lines.isEmpty() && lines.getLast().matches(pid + " +\\+\\+\\+ exited .*")) {
        return lines;
      }
      LockSupport.parkNanos(50_000_000);
    }
    int size = lines.size();
    return fail(
        "the trace does not end with the end of process %d: %s"
            .formatted(pid, lines.subList(Math.max(0, size - 3), size)));
  }
}
