package org.dst.client.kernel;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a device supplied with sockets: at a take-over, and whenever the kernel reports that one
 * has died. After {@link #start} its own thread listens.
 */
final class DeviceSupervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceSupervisor.class);

  /** How soon the thread notices that it should end. */
  private static final Duration LISTEN = Duration.ofMillis(500);

  /** Pause between offers, so that a device whose sockets die at once does not spin. */
  private static final int REST_MILLIS = 100;

  private static final int RETRY_MILLIS = 1000;

  /**
   * The kernel takes a moment to notice that a process has died, and to accept or close the
   * sockets.
   */
  private static final int OFFERS = 20;

  private static final int SETTLE_MILLIS = 250;

  private final NetlinkBackend backend;
  private final DeviceFiles files;
  private final DeviceSource source;
  private final int connections;
  private final int index;
  private final DeadConnectionMonitor deadConnections;
  private final Thread thread;
  private volatile boolean ending;

  /** Starts listening to the kernel. */
  DeviceSupervisor(
      NetlinkBackend backend, DeviceFiles files, DeviceSource source, int connections, int index)
      throws IOException {
    this.backend = backend;
    this.files = files;
    this.source = source;
    this.connections = connections;
    this.index = index;
    deadConnections = DeadConnectionMonitor.listen(backend.family(), LISTEN);
    thread = new Thread(this::run, "dst-device");
    thread.setDaemon(true);
  }

  /**
   * Supplies new sockets to a device whose sockets have died.
   *
   * @throws IOException if it accepts none, because its sockets are alive
   */
  void takeOver() throws IOException, InterruptedException {
    int count = Math.max(connections, files.state(index).queues());
    for (int offer = 0; offer < OFFERS; offer++) {
      int before = source.connections().getAsInt();
      backend.offer(index, source, count);
      // The kernel closes what it did not accept, and the front end notices.
      PollInterval.ofMillis(SETTLE_MILLIS);
      if (source.connections().getAsInt() > before) {
        return;
      }
    }
    throw new IOException(
        "%s is in use: the process that serves it is alive".formatted(files.path(index)));
  }

  /** Starts to replace sockets that die. */
  void start() {
    thread.start();
  }

  private void run() {
    boolean due = false;
    while (!ending) {
      try {
        due |= deadConnections.await(index);
        if (!files.state(index).connected()) {
          log.warn("{} was disconnected by another program", files.path(index));
          return;
        }
        if (due && !ending) {
          due = !offerAgain();
          PollInterval.ofMillis(due ? RETRY_MILLIS : REST_MILLIS);
        }
      } catch (IOException | RuntimeException failed) {
        // Giving up here would leave a device that hangs when its next connection dies.
        log.warn("cannot monitor the connections of {}: {}", files.path(index), failed.toString());
        due = true;
        if (!rest()) {
          return;
        }
      } catch (InterruptedException ended) {
        return;
      }
    }
  }

  /** False if the thread is to end. */
  private static boolean rest() {
    try {
      PollInterval.ofMillis(RETRY_MILLIS);
      return true;
    } catch (InterruptedException ended) {
      return false;
    }
  }

  private boolean offerAgain() {
    try {
      log.warn("a connection of {} has died; replacing it", files.path(index));
      backend.offer(index, source, connections);
      return true;
    } catch (IOException failed) {
      log.warn("cannot replace a connection of {}: {}", files.path(index), failed.toString());
      return false;
    }
  }

  /** Stops replacing sockets; the device keeps those it has. */
  @Override
  public void close() {
    ending = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    deadConnections.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
