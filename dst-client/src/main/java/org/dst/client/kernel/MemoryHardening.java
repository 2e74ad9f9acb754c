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
 * Keeps a process that serves a device of its own kernel from waiting for that device. When memory
 * is short the kernel writes dirty pages out, to this device among others; were this process to
 * wait for that, by allocating or by needing a page that was swapped out, neither would ever go on.
 */
public final class MemoryHardening {
  private static final Logger log = LoggerFactory.getLogger(MemoryHardening.class);
  private static final Path SELF = Path.of("/proc/self");
  private static final int CAP_IPC_LOCK = 14;

  private MemoryHardening() {}

  /**
   * Makes every thread of this process an I/O flusher, whose allocations never wait for block I/O.
   * That can be said of the calling thread and those that it starts only, so the JVM is started
   * again in its place, with the same command line and process id: this returns if nothing is left
   * to do or it is not permitted. To be called before anything else is started.
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
   * Locks memory and keeps the kernel from killing this process, as far as permitted; logs that.
   */
  public static void secure() {
    log.info(
        "against a deadlock on its own device: I/O flusher {}, memory {}, OOM score {}",
        ioFlusher(),
        memory(),
        outOfMemory());
  }

  private static String ioFlusher() {
    try {
      return ProcessCalls.isIoFlusher() ? "yes" : "no (takes CAP_SYS_RESOURCE)";
    } catch (ErrnoException refused) {
      return "no (%s)".formatted(refused.getMessage());
    }
  }

  /**
   * Locks only with the capability: with a limit instead of it, the locking of all future memory
   * would make a later allocation fail.
   */
  private static String memory() {
    try {
      if (!hasCapability(CAP_IPC_LOCK)) {
        return "not locked (takes CAP_IPC_LOCK)";
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
      return score(file) + " (-1000 takes CAP_SYS_RESOURCE)";
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
