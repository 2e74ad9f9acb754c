package org.dst.system.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.system.durability.DurabilityChecker.Sent;
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
 * A server under strace, and a client that writes, flushes and demands durable writes, sixteen at a
 * time: no answer that promises durability is sent before the kernel has said that it is so.
 */
@Full
@NeedsProgram("strace")
@Timeout(180)
class DurabilityTraceTest {
  private static final int BATCHES = 60;
  private static final int DEPTH = 16;
  private static final long SIZE = 256L << 20;
  private static final long TRACE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Sizes of writes: within a page, a page, and more than one call to the kernel takes. */
  private static final int[] LENGTHS = {512, 4096, 4096, 100_000, 300_000};

  @TempDir Path directory;

  private final Random random = new Random(23);
  private long nextId = 1;
  private long nextOffset;

  @ParameterizedTest
  @CsvSource({"epoll, READ_WRITE", "nio, READ_WRITE", "epoll, SHARED"})
  void shouldPromiseNoDurabilityBeforeTheKernelDoes(String transport, Access access)
      throws Exception {
    Path image = Images.sparse(directory.resolve("image"), SIZE).toRealPath();
    Path file = directory.resolve("trace");
    List<Sent> sent = new ArrayList<>();
    long pid;
    String export = "disk=" + image + (access == Access.SHARED ? ",shared" : "");
    try (Daemon server =
            Machine.create()
                .exportBehind(strace(file), "127.0.0.1:0", export, "--transport", transport);
        RawDst client = RawDst.attached(Dst.address(server), "disk", access)) {
      pid = server.pid();
      run(client, access, sent);
    }
    List<Syscall> calls = SyscallTrace.parse(trace(file, pid));
    DurabilityChecker checker = new DurabilityChecker(calls, image.toString());
    assertTrue(checker.proofs() > BATCHES, () -> checker.proofs() + " syncs and durable writes");
    List<String> violations = checker.violations(sent);
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

  private void run(RawDst client, Access access, List<Sent> sent) throws EOFException {
    List<Sent> answered = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      Map<Long, Sent> waiting = new HashMap<>();
      long watermark = nextId;
      for (int i = 0; i < DEPTH; i++) {
        Sent next =
            random.nextInt(6) == 0
                ? flush(client, watermark, answered)
                : write(client, watermark, access);
        waiting.put(next.id(), next);
      }
      sent.addAll(waiting.values());
      while (!waiting.isEmpty()) {
        RawDst.Frame reply = client.receive();
        if (reply.header().opcode() == Opcode.REPLY) {
          assertEquals(Status.OK, reply.header().status(), "status of an answer");
          Sent ended = waiting.remove(reply.header().id());
          if (ended.length() > 0) {
            answered.add(ended);
          }
        }
      }
    }
  }

  private Sent flush(RawDst client, long watermark, List<Sent> answered) {
    long id = nextId++;
    send(client, Opcode.FLUSH, id, watermark, 0, 0, new byte[0]);
    return Sent.flush(id, answered);
  }

  /** Every write has a range of its own, so that the kernel's calls can be told apart. */
  private Sent write(RawDst client, long watermark, Access access) {
    long id = nextId++;
    int length = LENGTHS[random.nextInt(LENGTHS.length)];
    long offset = nextOffset;
    nextOffset += length;
    int flags = random.nextInt(3) == 0 ? RequestFlags.FUA : 0;
    byte[] data = new byte[length];
    random.nextBytes(data);
    send(client, Opcode.WRITE, id, watermark, flags, offset, data);
    return Sent.write(id, offset, length, flags != 0 || access == Access.SHARED);
  }

  private static void send(
      RawDst client, Opcode opcode, long id, long watermark, int flags, long offset, byte[] data) {
    byte[] frame =
        RawDst.bytes(
            opcode,
            id,
            header ->
                header.start(opcode, flags, id).watermark(watermark).range(offset, data.length),
            out -> out.writeBytes(data));
    client.socket().send(ByteBuffer.wrap(frame));
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
