package org.dst.client.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dst.client.syscall.Descriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks to the kernel's driver directly. */
final class NetlinkBackend implements NbdBackend {
  private static final Logger log = LoggerFactory.getLogger(NetlinkBackend.class);

  private final NbdFamily family;
  private final DeviceFiles files;
  private final DeviceOptions options;
  private final String backend;

  NetlinkBackend(NbdFamily family, DeviceFiles files, DeviceOptions options, String backend) {
    this.family = family;
    this.files = files;
    this.options = options;
    this.backend = backend;
  }

  @Override
  public String name() {
    return "netlink";
  }

  @Override
  public boolean handsOver() {
    return true;
  }

  @Override
  public boolean makesDevices() {
    return true;
  }

  NbdFamily family() {
    return family;
  }

  @Override
  public void connect(int index, DeviceSource source) throws IOException {
    int block = source.block(options.block());
    List<KernelConnection> connections = negotiate(source, options.connections());
    try {
      KernelConnection first = connections.getFirst();
      family.connect(
          new NbdFamily.Setup(
              index, first.size() & -block, block, first.flags(), options.grace(), backend),
          connections.stream().map(KernelConnection::socket).toList());
    } finally {
      close(connections); // the kernel has its own hold on them
    }
    lookAfterRequests(index);
  }

  /**
   * Offers a device new sockets for those of its own that are dead.
   *
   * @param count how many
   */
  void offer(int index, DeviceSource source, int count) throws IOException {
    List<KernelConnection> connections = negotiate(source, count);
    try {
      List<Descriptor> sockets = connections.stream().map(KernelConnection::socket).toList();
      family.replace(index, backend, options.grace(), sockets);
    } finally {
      close(connections); // those that the kernel did not take end with it
    }
  }

  /**
   * Makes the kernel resubmit soon what it sent to a process that has died. It does so when it
   * looks whether a request takes too long, every 30 s by default. With several connections that
   * look has another meaning: it gives the request's connection up, so it must not come soon.
   */
  void lookAfterRequests(int index) {
    if (files.state(index).queues() > 1 || options.connections() > 1) {
      return;
    }
    try {
      files.lookAfterRequests(index, options.retry());
    } catch (IOException failed) {
      log.warn(
          "after a take-over requests in flight wait for up to 30 s: cannot set {}'s io_timeout:"
              + " {}",
          files.path(index),
          failed.toString());
    }
  }

  @Override
  public void resize(int index, long size) throws IOException {
    family.resize(index, backend, size);
  }

  @Override
  public void disconnect(int index) throws IOException {
    family.disconnect(index);
  }

  @Override
  public void close() {
    family.close();
  }

  private static List<KernelConnection> negotiate(DeviceSource source, int count)
      throws IOException {
    List<KernelConnection> connections = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        connections.add(KernelConnection.open(source.socket(), source.info().name()));
      }
      return connections;
    } catch (IOException failed) {
      close(connections);
      throw failed;
    }
  }

  private static void close(List<KernelConnection> connections) throws IOException {
    for (KernelConnection connection : connections) {
      connection.close();
    }
  }
}
