package org.dst.client.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dst.client.syscall.ProcessCalls;
import org.dst.platform.syscall.ErrnoException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a process that serves a block device of its own kernel from deadlocking on it. Under memory
 * pressure the kernel writes dirty pages back, to this device among others; a process that waited
 * for that write-back, in an allocation or on a page fault, would never serve it.
 */
public final class MemoryHardening {
  private static final Logger log = LoggerFactory.getLogger(MemoryHardening.class);
  private static final Path SELF = Path.of("/proc/self");
  private static final int CAP_IPC_LOCK = 14;

  private MemoryHardening() {}

  /**
   * Makes every thread of this process an I/O flusher, whose allocations never wait for block I/O.
   * The setting covers only the calling thread and those it starts, so the JVM re-executes itself
   * with the same command line and process id: this returns only if that is unnecessary or not
   * permitted. Call it before anything else is started.
   */
  public static void becomeIoFlusher() {
    try {
      if (ProcessCalls.isIoFlusher()) {
        return;
      }
      ProcessCalls.becomeIoFlusher();
      String line = Files.readString(SELF.resolve("cmdline"), StandardCharsets.UTF_8);
      List<String> arguments = List.of(line.substring(0, line.length() - 1).split("\0", -1));
      ProcessCalls.execute(SELF.resolve("exe").toRealPath().toString(), arguments);
    } catch (IOException refused) {
      log.debug("no I/O flusher: {}", refused.toString());
    }
  }

  /**
   * Locks memory and protects this process from the OOM killer, as far as permitted, and logs the
   * result.
   */
  public static void secure() {
    log.info(
        "memory hardening: I/O flusher {}, memory {}, OOM score {}",
        ioFlusher(),
        memory(),
        outOfMemory());
  }

  private static String ioFlusher() {
    try {
      return ProcessCalls.isIoFlusher() ? "yes" : "no (needs CAP_SYS_RESOURCE)";
    } catch (ErrnoException refused) {
      return "no (%s)".formatted(refused.getMessage());
    }
  }

  /**
   * Locks only with the capability: under RLIMIT_MEMLOCK instead, locking all future memory would
   * make a later allocation fail.
   */
  private static String memory() {
    try {
      if (!hasCapability(CAP_IPC_LOCK)) {
        return "not locked (needs CAP_IPC_LOCK)";
      }
      ProcessCalls.lockMemory();
      return "locked";
    } catch (IOException refused) {
      return "not locked (%s)".formatted(refused.getMessage());
    }
  }

  private static boolean hasCapability(int number) throws IOException {
    for (String line : Files.readAllLines(SELF.resolve("status"))) {
      if (line.startsWith("CapEff:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> number & 1) == 1;
      }
    }
    return false;
  }

  private static String outOfMemory() {
    Path file = SELF.resolve("oom_score_adj");
    try {
      Files.writeString(file, "-1000");
      return "-1000";
    } catch (IOException refused) {
      return score(file) + " (-1000 needs CAP_SYS_RESOURCE)";
    }
  }

  private static String score(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      return "unknown";
    }
  }
}
