package org.dst.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dst.cli.attach.AttachDefaults;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.security.ClientSecurityOptions;
import org.dst.client.Attachment;
import org.dst.client.StateOptions;
import org.dst.client.link.ClientSecurity;
import org.dst.client.link.ServerAddress;
import org.dst.client.nbd.NbdLimits;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.key.SharedKey;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.Access;
import org.dst.protocol.SecurityMode;
import org.dst.server.ExportServer;
import org.dst.server.ServerOptions;
import org.dst.server.access.AccessRules;
import org.dst.server.export.ExportOptions;
import org.dst.server.port.SecurityOptions;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/** A server and an attachment to it; their files are removed on close. */
final class DemoSetup implements AutoCloseable {
  private final Path directory;
  private final boolean ownDirectory;
  private final Path image;
  private final Path socket;
  private final Path keyFile;
  private final ExportServer server =
      new ExportServer(
          ServerOptions.defaults(),
          SecurityOptions.of(List.of(SecurityMode.PSK), Ciphers.DEFAULT, Checksums.securedNames()),
          new RecordCrypto());
  private final RecordCrypto clientCrypto = new RecordCrypto();
  private InetSocketAddress address;
  private Attachment attachment;
  private boolean keyWritten;
  private boolean closed;

  private DemoSetup(Path directory, boolean ownDirectory) {
    this.directory = directory;
    this.ownDirectory = ownDirectory;
    image = directory.resolve("disk.img");
    keyFile = directory.resolve("disk.key");
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
      throw new IOException(directory + " is not a directory; create it first");
    }
    if (Files.exists(image)) {
      throw new IOException(image + " exists; the demo does not overwrite it");
    }
    try {
      server.add(
          new ExportOptions(
              "disk", "scratch disk of the demo", Access.READ_WRITE, AccessRules.EVERYBODY),
          Stores.open(image.toString(), StoreOptions.DEFAULT.withCreateSize(size)),
          StoreRecordManager.inMemory());
      KeyFiles.writeShared(keyFile, Secret.random(), "of the demo");
      keyWritten = true;
      server.useKeys(
          ServerKeys.shared(List.of(new SharedKey("demo", KeyFiles.readShared(keyFile)))));
      address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      attachment =
          Attachment.open(
              AttachDefaults.options(
                  List.of(new ServerAddress("127.0.0.1", address.getPort())),
                  "disk",
                  "demo",
                  protection()),
              StateOptions.NONE,
              UnixDomainSocketAddress.of(socket),
              NbdLimits.DEFAULT);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private ClientSecurityOptions.Checked protection() throws IOException {
    return new ClientSecurityOptions.Checked(
        new ClientSecurity.Psk(KeyFiles.readShared(keyFile), Ciphers.DEFAULT),
        Checksums.DEFAULT,
        clientCrypto);
  }

  /** The cipher in use, and its implementation. */
  String cipher() {
    return clientCrypto.cipher(Ciphers.DEFAULT.getFirst()).toString();
  }

  /** The key that both sides have. */
  Path keyFile() {
    return keyFile;
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
    clientCrypto.close();
    try {
      if (keyWritten) {
        Files.deleteIfExists(keyFile);
      }
      Files.deleteIfExists(image);
      if (ownDirectory) {
        Files.deleteIfExists(directory);
      }
    } catch (IOException cannot) {
      System.err.println("dst: cannot remove the demo's files: " + cannot.getMessage());
    }
  }
}
