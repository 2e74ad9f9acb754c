package org.dst.client.kernel;

import java.io.IOException;
import java.nio.file.Path;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the device to use and connects it, or takes it over from a process that died. For one
 * thread, which may block.
 */
final class DeviceOpener {
  private static final Logger log = LoggerFactory.getLogger(DeviceOpener.class);

  /** udev opens a device for a moment whenever something about it changes. */
  private static final int ATTEMPTS = 10;

  private static final int ATTEMPT_MILLIS = 200;

  private final DeviceOptions options;
  private final DeviceSource source;
  private final DeviceFiles files;
  private final NbdBackend backend;

  DeviceOpener(DeviceOptions options, DeviceSource source, DeviceFiles files, NbdBackend backend) {
    this.options = options;
    this.source = source;
    this.files = files;
    this.backend = backend;
  }

  /**
   * A device that is connected, with the right to it.
   *
   * @param supervisor who gives it new sockets; null if nobody can
   * @param takenOver whether it was connected before
   */
  record Opened(int index, DeviceLock lock, DeviceSupervisor supervisor, boolean takenOver) {}

  /** Opens the device that the options name, or any. */
  Opened open() throws IOException, InterruptedException {
    return options.device() == null ? openAny() : openNamed(files.index(options.device()));
  }

  private Opened openAny() throws IOException, InterruptedException {
    for (int index : files.indexes()) {
      if (isLeftBehind(files.state(index))) {
        DeviceLock lock = DeviceLock.take(options.locks(), index);
        if (lock != null) {
          return holding(lock, index, () -> takeOver(index, lock));
        }
      }
    }
    int last = -1;
    for (int index : files.indexes()) {
      last = index;
      Opened opened = tryFree(index);
      if (opened != null) {
        return opened;
      }
    }
    Opened made = backend.makesDevices() ? tryFree(last + 1) : null;
    if (made == null) {
      throw new IOException(
          "all %d nbd devices are in use; 'modprobe nbd nbds_max=N' creates more"
              .formatted(files.indexes().size()));
    }
    return made;
  }

  /** Null if another process has it. */
  private Opened tryFree(int index) throws IOException, InterruptedException {
    if (files.state(index).connected() || files.usage(index) != null) {
      return null;
    }
    DeviceLock lock = DeviceLock.take(options.locks(), index);
    if (lock == null) {
      return null;
    }
    try {
      return holding(lock, index, () -> connect(index, lock));
    } catch (BusyException busy) {
      return null;
    }
  }

  private Opened openNamed(int index) throws IOException, InterruptedException {
    DeviceFiles.State state = files.state(index);
    if (state.connected() && !source.backend().equals(state.backend())) {
      throw inUse(files, index, state);
    }
    DeviceLock lock = DeviceLock.take(options.locks(), index);
    if (lock == null) {
      throw new IOException(
          "%s is in use by another 'dst attach' on this machine".formatted(files.path(index)));
    }
    return holding(
        lock,
        index,
        () -> state.connected() ? takeOver(index, lock) : connectPatiently(index, lock));
  }

  private interface Step {
    Opened run() throws IOException, InterruptedException;
  }

  /** Gives the right to a device back if it cannot be used. */
  private Opened holding(DeviceLock lock, int index, Step step)
      throws IOException, InterruptedException {
    boolean opened = false;
    try {
      Opened device = step.run();
      opened = true;
      return device;
    } catch (ErrnoException failed) {
      throw explained(index, failed);
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  private Opened connectPatiently(int index, DeviceLock lock)
      throws IOException, InterruptedException {
    String usage = files.usage(index);
    if (usage != null) {
      throw new IOException("%s is busy: it is %s".formatted(files.path(index), usage));
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return connect(index, lock);
      } catch (ErrnoException failed) {
        if (failed.errno() != Errno.EBUSY || attempt == ATTEMPTS) {
          throw failed;
        }
        PollPause.ofMillis(ATTEMPT_MILLIS);
      }
    }
  }

  private Opened connect(int index, DeviceLock lock) throws IOException, InterruptedException {
    DeviceSupervisor supervisor =
        backend instanceof NetlinkBackend netlink ? supervisor(netlink, index) : null;
    try {
      backend.connect(index, source);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      if (supervisor != null) {
        supervisor.close();
      }
      throw failed;
    }
    log.info("connected {} by {}", files.path(index), backend.name());
    return new Opened(index, lock, supervisor, false);
  }

  private boolean isLeftBehind(DeviceFiles.State state) {
    return backend.handsOver() && state.connected() && source.backend().equals(state.backend());
  }

  private Opened takeOver(int index, DeviceLock lock) throws IOException, InterruptedException {
    if (!(backend instanceof NetlinkBackend netlink)) {
      throw new IOException(
          "%s was left behind by a dead dst; only --device-by netlink can take it over"
              .formatted(files.path(index)));
    }
    int block = files.state(index).block();
    if (block < source.info().minBlock()) {
      throw new IOException(
          "%s has sectors of %d bytes, the export takes %d at least"
              .formatted(files.path(index), block, source.info().minBlock()));
    }
    DeviceSupervisor supervisor = supervisor(netlink, index);
    try {
      supervisor.takeOver();
      netlink.lookAfterRequests(index);
      long size = source.info().size() & -block;
      if (files.state(index).size() != size) {
        backend.resize(index, size);
      }
    } catch (IOException | InterruptedException | RuntimeException failed) {
      supervisor.close();
      throw failed;
    }
    log.info("took over {} from a previous dst", files.path(index));
    return new Opened(index, lock, supervisor, true);
  }

  /** Listens before anything is connected, so that no death is missed. */
  private DeviceSupervisor supervisor(NetlinkBackend netlink, int index) throws IOException {
    return new DeviceSupervisor(netlink, files, source, options.connections(), index);
  }

  /** Who has a device that is connected already. */
  static IOException inUse(DeviceFiles files, int index, DeviceFiles.State state) {
    String path = files.path(index).toString();
    String process =
        ProcessHandle.of(state.pid())
            .flatMap(handle -> handle.info().command())
            .map(command -> Path.of(command).getFileName().toString())
            .orElse("which has ended");
    String usage;
    try {
      usage = files.usage(index);
    } catch (IOException unknown) {
      usage = null;
    }
    return new IOException(
        "%s is in use: it was connected by process %d (%s)%s%s; 'nbd-client -d %s' disconnects it"
            .formatted(
                path,
                state.pid(),
                process,
                state.backend() == null ? "" : " for '" + state.backend() + "'",
                usage == null ? "" : " and is " + usage,
                path));
  }

  private IOException explained(int index, ErrnoException failed) {
    Path path = files.path(index);
    return switch (failed.errno()) {
      case Errno.EPERM ->
          new IOException("connecting %s needs root (CAP_SYS_ADMIN)".formatted(path), failed);
      case Errno.EBUSY -> new BusyException(path, failed);
      default ->
          new IOException("the kernel refuses %s: %s".formatted(path, failed.getMessage()), failed);
    };
  }

  /** The device is open, or another process connected it first. */
  private static final class BusyException extends IOException {
    private static final long serialVersionUID = 1;

    BusyException(Path path, ErrnoException cause) {
      super(
          "%s is busy: another process has it open or connects it ('fuser -v %s' shows which)"
              .formatted(path, path),
          cause);
    }
  }
}
