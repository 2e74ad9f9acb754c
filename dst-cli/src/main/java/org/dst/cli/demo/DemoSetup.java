package org.dst.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dst.cli.AttachDefaults;
import org.dst.cli.ExitCode;
import org.dst.cli.UserError;
import org.dst.client.Attachment;
import org.dst.client.StateOptions;
import org.dst.client.link.ServerAddress;
import org.dst.client.nbd.NbdLimits;
import org.dst.protocol.Access;
import org.dst.server.ExportOptions;
import org.dst.server.ExportServer;
import org.dst.server.ServerOptions;
import org.dst.server.access.AccessRules;
import org.dst.server.state.StoreKeeper;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.Stores;

/** A server and an attachment to it, with files of their own that go away with them. */
final class DemoSetup implements AutoCloseable {
  private final Path directory;
  private final boolean ownDirectory;
  private final Path image;
  private final Path socket;
  private final ExportServer server = new ExportServer(ServerOptions.defaults());
  private InetSocketAddress address;
  private Attachment attachment;
  private boolean closed;

  private DemoSetup(Path directory, boolean ownDirectory) {
    this.directory = directory;
    this.ownDirectory = ownDirectory;
    image = directory.resolve("disk.img");
    socket = directory.resolve("disk.sock");
  }

  /**
   * Starts everything.
   *
   * @param directory for the files; null for a temporary one
   * @param size of the disk in bytes
   */
  static DemoSetup start(Path directory, long size) throws UserError, InterruptedException {
    try {
      DemoSetup setup =
          directory == null
              ? new DemoSetup(Files.createTempDirectory("dst-demo-"), true)
              : new DemoSetup(directory.toAbsolutePath(), false);
      setup.start(size);
      return setup;
    } catch (IOException cannot) {
      throw new UserError(ExitCode.LOCAL, cannot.getMessage());
    }
  }

  private void start(long size) throws IOException, InterruptedException {
    if (!Files.isDirectory(directory)) {
      throw new IOException(directory + " is no directory; create it first");
    }
    if (Files.exists(image)) {
      throw new IOException(image + " exists; the demo does not overwrite it");
    }
    try {
      server.add(
          new ExportOptions(
              "disk", "scratch disk of the demo", Access.READ_WRITE, AccessRules.EVERYBODY),
          Stores.open(image.toString(), StoreOptions.DEFAULT.withCreateSize(size)),
          StoreKeeper.inMemory());
      address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      attachment =
          Attachment.open(
              AttachDefaults.options(
                  List.of(new ServerAddress("127.0.0.1", address.getPort())), "disk", "demo"),
              StateOptions.NONE,
              UnixDomainSocketAddress.of(socket),
              NbdLimits.DEFAULT);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  /** Where the server listens. */
  String server() {
    return "127.0.0.1:" + address.getPort();
  }

  /** The NBD socket. */
  Path socket() {
    return socket;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (attachment != null) {
      attachment.close();
    }
    server.close();
    try {
      Files.deleteIfExists(image);
      if (ownDirectory) {
        Files.deleteIfExists(directory);
      }
    } catch (IOException cannot) {
      System.err.println("dst: cannot remove the demo's files: " + cannot.getMessage());
    }
  }
}
