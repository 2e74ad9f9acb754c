package org.dst.client.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.dst.client.syscall.Descriptor;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attachment as {@code /dev/nbdN}, from when it is ready to when it is disconnected or left to
 * a successor. Its methods are for threads that may block, one at a time.
 */
public final class KernelDevice {
  private static final Logger log = LoggerFactory.getLogger(KernelDevice.class);
  private static final DeviceFiles FILES = new DeviceFiles(Path.of("/"));
  private static final Duration READY = Duration.ofSeconds(10);
  private static final Duration FLUSH = Duration.ofSeconds(30);
  private static final Duration GONE = Duration.ofSeconds(10);
  private static final int POLL_MILLIS = 20;
  private static final int BUSY_MILLIS = 1000;

  private final DeviceOptions options;
  private final NbdBackend backend;
  private final DeviceLock lock;
  private final DeviceSupervisor supervisor;
  private final int index;
  private final boolean takenOver;

  /** Set before anybody is given this. */
  private DeviceFiles.State ready;

  /** Off the event loops, which must not wait for the kernel; one at a time, none after the end. */
  private final ExecutorService resizes =
      new ThreadPoolExecutor(
          0,
          1,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("dst-resize").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  private KernelDevice(DeviceOptions options, NbdBackend backend, DeviceOpener.Opened opened) {
    this.options = options;
    this.backend = backend;
    lock = opened.lock();
    supervisor = opened.supervisor();
    index = opened.index();
    takenOver = opened.takenOver();
  }

  /** What became of a device when it was left. */
  public enum Departure {
    /** It is free. */
    DISCONNECTED,
    /** It is connected, and its requests wait for a successor of this process. */
    KEPT
  }

  /**
   * Looks for what can be wrong before a server is asked: no driver, no such device, one that is in
   * use. Nothing is changed.
   *
   * @throws IOException with a message for the operator
   */
  public static void check(DeviceOptions options) throws IOException {
    if (!FILES.driverIsLoaded()) {
      throw new IOException(FILES.driverAdvice(System.getProperty("os.version")));
    }
    if (options.device() == null) {
      return;
    }
    int index = FILES.index(options.device());
    DeviceFiles.State state = FILES.state(index);
    if (state.connected() && (state.backend() == null || !state.backend().startsWith("dst "))) {
      throw DeviceOpener.inUse(FILES, index, state);
    }
  }

  /**
   * Connects a device to the source, or takes over the one that a process before this one left
   * behind, and waits until it is ready.
   *
   * @throws IOException if that fails, with a message for the operator; the device is as it was
   *     before
   */
  public static KernelDevice open(DeviceOptions options, DeviceSource source)
      throws IOException, InterruptedException {
    NbdBackend backend = NbdBackendSelector.of(options, FILES, source.backend());
    try {
      KernelDevice device =
          new KernelDevice(
              options, backend, new DeviceOpener(options, source, FILES, backend).open());
      device.begin(source);
      return device;
    } catch (IllegalArgumentException unfit) {
      backend.close();
      throw new IOException(unfit.getMessage(), unfit);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      backend.close();
      throw failed;
    }
  }

  private void begin(DeviceSource source) throws IOException, InterruptedException {
    try {
      await(source);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      try {
        undo();
      } catch (IOException left) {
        failed.addSuppressed(left);
      }
      throw failed;
    }
    if (supervisor != null) {
      supervisor.start();
    }
  }

  /** A device that was taken over has users, who rather wait for the next successor. */
  private void undo() throws IOException, InterruptedException {
    if (supervisor != null) {
      supervisor.close();
    }
    try {
      if (!takenOver) {
        backend.disconnect(index);
      }
    } finally {
      lock.close();
    }
  }

  /** Waits until the kernel shows the device with its size, and has looked for its partitions. */
  private void await(DeviceSource source) throws IOException, InterruptedException {
    long size = source.info().size() & -source.block(options.block());
    long end = System.nanoTime() + READY.toNanos();
    while (!isReady(size)) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            "%s is not ready after %d s: %s (expected: %d bytes)%s"
                .formatted(
                    path(),
                    READY.toSeconds(),
                    FILES.state(index),
                    size,
                    Files.exists(path()) ? "" : ", and has no file in /dev (is udev running?)"));
      }
      PollPause.ofMillis(POLL_MILLIS);
    }
    run("blockdev", List.of("--getsize64", path().toString()), READY);
    ready = FILES.state(index);
  }

  private boolean isReady(long size) {
    DeviceFiles.State state = FILES.state(index);
    return state.connected() && state.size() >= size && Files.exists(path());
  }

  /** The device's path. */
  public Path path() {
    return FILES.path(index);
  }

  /** Whether a process before this one had connected it. */
  public boolean takenOver() {
    return takenOver;
  }

  /**
   * How it is connected. Any thread, those that serve the device, too: whoever reads its queue's
   * files may have to wait for its requests, so they are not read again.
   */
  public DeviceStatus status() {
    return new DeviceStatus(
        path(),
        backend.name(),
        Math.max(options.connections(), ready.queues()),
        ready.block(),
        FILES.isConnected(index));
  }

  /**
   * The disk has another size from now on. Returns at once, on any thread; if the kernel cannot be
   * told, that is logged and the device stays as it is.
   *
   * @param size bytes; what is beyond the last whole sector is not used
   */
  public void resized(long size) {
    resizes.execute(() -> resize(size));
  }

  private void resize(long size) {
    DeviceFiles.State state = FILES.state(index);
    long usable = size & -Math.max(state.block(), 1);
    if (!state.connected() || state.size() == usable) {
      return;
    }
    try {
      backend.resize(index, usable);
      log.info("{} resized to {} bytes", path(), usable);
    } catch (IOException failed) {
      log.warn("cannot resize {} to {} bytes: {}", path(), size, failed.getMessage());
    }
  }

  /**
   * Leaves the device. An unused one is flushed and disconnected; one that is in use is never taken
   * from its users: by netlink it is left to a successor, by nbd-client this waits, while
   * everything goes on, until it is free. The source must be served until this returns.
   */
  public Departure leave() throws InterruptedException {
    if (supervisor != null) {
      supervisor.close();
    }
    Departure departure = depart();
    resizes.shutdownNow();
    backend.close();
    try {
      lock.close();
    } catch (IOException failed) {
      log.warn("cannot release the lock of {}: {}", path(), failed.getMessage());
    }
    return departure;
  }

  private Departure depart() throws InterruptedException {
    boolean told = false;
    while (FILES.state(index).connected()) {
      String reason = options.keep() ? "to be kept" : disconnectUnused();
      if (reason == null) {
        return Departure.DISCONNECTED;
      }
      if (backend.handsOver()) {
        log.warn(
            "{} is {}: it stays connected, and waits up to {} s for the next dst attach",
            path(),
            reason,
            options.grace().toSeconds());
        return Departure.KEPT;
      }
      if (!told) {
        log.warn("{} is {}: serving it until it is free", path(), reason);
        told = true;
      }
      PollPause.ofMillis(BUSY_MILLIS);
    }
    return Departure.DISCONNECTED;
  }

  /**
   * Disconnects it if nobody uses it and all that was written to it has left the page cache. It is
   * claimed meanwhile, so that nobody can mount it between the look and the disconnect.
   *
   * @return why it is not disconnected; null if it is
   */
  private String disconnectUnused() throws InterruptedException {
    try {
      String usage = FILES.usage(index);
      if (usage != null) {
        return usage;
      }
      if (!run("sync", List.of(path().toString()), FLUSH)) {
        return "not flushed";
      }
      // Only now: to open a device may read from it, which must not wait for a server for ever.
      try (Descriptor claimed = Descriptor.openExclusively(path().toString())) {
        log.debug("{} is claimed by descriptor {}", path(), claimed.number());
        if (!disconnect()) {
          return "not to be disconnected";
        }
      }
      awaitGone(); // the kernel keeps a device's state until the last descriptor is closed
      return null;
    } catch (ErrnoException failed) {
      return failed.errno() == Errno.EBUSY ? "in use" : "not to be opened: " + failed.getMessage();
    } catch (IOException failed) {
      return "not to be looked at: " + failed.getMessage();
    }
  }

  private boolean disconnect() throws InterruptedException {
    try {
      backend.disconnect(index);
      return true;
    } catch (IOException failed) {
      log.warn("cannot disconnect {}: {}", path(), failed.getMessage());
      return false;
    }
  }

  private void awaitGone() throws InterruptedException {
    long end = System.nanoTime() + GONE.toNanos();
    while (FILES.state(index).connected() && System.nanoTime() - end < 0) {
      PollPause.ofMillis(POLL_MILLIS);
    }
    log.info("disconnected {}", path());
  }

  /** Runs a program on the device; a missing program counts as success. */
  private boolean run(String name, List<String> arguments, Duration patience)
      throws IOException, InterruptedException {
    Path program = ProcessRunner.find(name);
    if (program == null) {
      log.debug("{} is not installed", name);
      return true;
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    ProcessRunner.Outcome outcome = ProcessRunner.run(command, patience);
    if (!outcome.succeeded()) {
      log.warn(
          "'{}' ended with {}: {}", String.join(" ", command), outcome.exit(), outcome.output());
    }
    return outcome.succeeded();
  }
}
