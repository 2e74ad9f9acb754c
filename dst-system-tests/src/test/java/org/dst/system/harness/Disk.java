package org.dst.system.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disk as users have it: a server with one export, and an attachment to it over TCP. */
public final class Disk implements AutoCloseable {
  /** The name of the export. */
  public static final String EXPORT = "disk";

  private static final String READ_ONLY = "--read-only";

  private final Daemon server;
  private final Daemon client;
  private final Path socket;

  private Disk(Daemon server, Daemon client, Path socket) {
    this.server = server;
    this.client = client;
    this.socket = socket;
  }

  /**
   * Starts both programs.
   *
   * @param directory where the socket is made
   * @param store a file, or {@code mem:SIZE}
   * @param options of {@code dstd export}; one that is read-only is attached read-only too
   */
  public static Disk of(Path directory, Object store, String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = EXPORT + "=" + store;
    System.arraycopy(options, 0, arguments, 1, options.length);
    Daemon server = Dst.export(arguments);
    try {
      Path socket = directory.resolve("disk.sock");
      List<String> attach =
          new ArrayList<>(
              List.of(Dst.address(server) + "/" + EXPORT, "--socket", socket.toString()));
      if (List.of(options).contains(READ_ONLY)) {
        attach.add(READ_ONLY);
      }
      Daemon client = Dst.attach(attach.toArray(String[]::new));
      return new Disk(server, client, socket);
    } catch (Throwable failed) {
      server.kill();
      throw failed;
    }
  }

  /** What NBD clients are given to connect. */
  public String uri() {
    return "nbd+unix:///?socket=" + socket;
  }

  /** The path of the NBD socket. */
  public Path socket() {
    return socket;
  }

  /** The {@code dstd} process. */
  public Daemon server() {
    return server;
  }

  /** The {@code dst} process. */
  public Daemon client() {
    return client;
  }

  @Override
  public void close() {
    Closing.inOrder(client, server);
  }
}
