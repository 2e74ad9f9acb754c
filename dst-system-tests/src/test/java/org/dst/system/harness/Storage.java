package org.dst.system.harness;

import java.nio.file.Path;

/** A storage node with one export: a server that can be killed and restarted on the same port. */
public final class Storage implements AutoCloseable {
  /** The name of the export. */
  public static final String EXPORT = "disk";

  private final Machine machine = Machine.create();
  private final String[] arguments;
  private Daemon server;

  /**
   * Starts a server on the loopback.
   *
   * @param store a file or device
   * @param options of {@code dstd export}
   */
  public Storage(Path store, String... options) {
    this("127.0.0.1", store, options);
  }

  private Storage(String host, Path store, String... options) {
    arguments = new String[options.length + 1];
    arguments[0] = EXPORT + "=" + store;
    System.arraycopy(options, 0, arguments, 1, options.length);
    server = machine.exportOn(host + ":0", arguments);
  }

  /** Starts a server on another address of this machine. */
  public static Storage on(String host, Path store, String... options) {
    return new Storage(host, store, options);
  }

  /** Where it listens, before and after a restart. */
  public String address() {
    return Dst.address(server);
  }

  /** What {@code dst attach} is told. */
  public String target() {
    return address() + "/" + EXPORT;
  }

  /** The process that serves now, or served last. */
  public Daemon server() {
    return server;
  }

  /** What {@code dstd status} says of the export. */
  public Status status() {
    return machine.exportStatus();
  }

  /** Kills the server with SIGKILL and waits until it is gone. */
  public void kill() {
    server.killAndWait();
  }

  /** Tells the server to stop (SIGTERM), waits until it has, and requires that it went well. */
  public void stop() {
    server.close();
  }

  /** Starts the server again after {@link #kill} or {@link #stop}. */
  public void start() {
    server = machine.exportOn(address(), arguments);
  }

  @Override
  public void close() {
    server.close();
  }
}
