package org.dst.client.kernel;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a device new sockets: at a take-over, and whenever the kernel says that one has died. A
 * thread of its own listens after {@link #start}.
 */
final class DeviceSupervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceSupervisor.class);

  /** How soon the thread sees that it is to end. */
  private static final Duration LISTEN = Duration.ofMillis(500);

  /** Between two offers, so that a device whose sockets die at once costs no processor. */
  private static final int REST_MILLIS = 100;

  private static final int RETRY_MILLIS = 1000;

  /** The kernel needs a moment to see that a process has died, and to take or close what it got. */
  private static final int OFFERS = 20;

  private static final int SETTLE_MILLIS = 250;

  private final NetlinkBackend means;
  private final DeviceFiles files;
  private final DeviceSource source;
  private final int connections;
  private final int index;
  private final DeadConnectionMonitor deadLinks;
  private final Thread thread;
  private volatile boolean ending;

  /** Listens to the kernel from now on. */
  DeviceSupervisor(
      NetlinkBackend means, DeviceFiles files, DeviceSource source, int connections, int index)
      throws IOException {
    this.means = means;
    this.files = files;
    this.source = source;
    this.connections = connections;
    this.index = index;
    deadLinks = DeadConnectionMonitor.listen(means.family(), LISTEN);
    thread = new Thread(this::run, "dst-device");
    thread.setDaemon(true);
  }

  /**
   * Gives sockets to a device whose own have died.
   *
   * @throws IOException if it takes none, because its own live
   */
  void takeOver() throws IOException, InterruptedException {
    int count = Math.max(connections, files.state(index).queues());
    for (int offer = 0; offer < OFFERS; offer++) {
      int before = source.connections().getAsInt();
      means.offer(index, source, count);
      // What it did not take is closed, and the front end sees that.
      PollInterval.ofMillis(SETTLE_MILLIS);
      if (source.connections().getAsInt() > before) {
        return;
      }
    }
    throw new IOException(
        "%s is in use: the process that serves it lives".formatted(files.path(index)));
  }

  /** Starts to replace sockets that die. */
  void start() {
    thread.start();
  }

  private void run() {
    boolean due = false;
    while (!ending) {
      try {
        due |= deadLinks.await(index);
        if (!files.state(index).connected()) {
          log.warn("{} was disconnected by somebody else", files.path(index));
          return;
        }
        if (due && !ending) {
          due = !offerAgain();
          PollInterval.ofMillis(due ? RETRY_MILLIS : REST_MILLIS);
        }
      } catch (IOException | RuntimeException failed) {
        // Whoever gives up here leaves a device that hangs when its next connection dies.
        log.warn("no word of {}'s connections: {}", files.path(index), failed.toString());
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
      log.warn("a connection of {} has ended; the kernel gets a new one", files.path(index));
      means.offer(index, source, connections);
      return true;
    } catch (IOException failed) {
      log.warn("cannot give {} a new connection: {}", files.path(index), failed.toString());
      return false;
    }
  }

  /** Stops replacing; the device keeps what it has. */
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
    deadLinks.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
