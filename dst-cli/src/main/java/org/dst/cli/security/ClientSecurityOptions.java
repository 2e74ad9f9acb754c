package org.dst.cli.security;

import java.nio.file.Path;
import java.util.List;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.client.link.ClientSecurity;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.key.KeyFileException;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.record.RecordCrypto;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that connects to a server: how its links are protected. */
public final class ClientSecurityOptions {
  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "pre-shared key that the server has too; create one with 'dst keygen'")
  private Path keyFile;

  @Option(
      names = "--private-key",
      paramLabel = "FILE",
      description = "private key of this client; with --server-key, instead of --key-file")
  private Path privateKey;

  @Option(
      names = "--server-key",
      paramLabel = "FILE",
      description = "public key of the server; no other server is trusted")
  private Path serverKey;

  @Option(
      names = "--insecure-plain",
      description =
          "allow unprotected links to another machine; links within this machine need no"
              + " permission")
  private boolean insecurePlain;

  @Mixin private AlgorithmOptions algorithms;

  /**
   * The checked options, with keys read and ciphers loaded.
   *
   * @param security how links must be protected
   * @param checksums to offer, best first
   * @param crypto of secured links; null if they are plain
   */
  public record Checked(ClientSecurity security, List<String> checksums, RecordCrypto crypto) {}

  /**
   * Reads the keys and loads the ciphers.
   *
   * @throws UserError if options conflict, or a key or algorithm is unavailable
   */
  public Checked checked() throws UserError {
    requireNoConflict();
    boolean plain = keyFile == null && privateKey == null;
    List<String> checksums = algorithms.checksums(!plain, Checksums.DEFAULT);
    if (plain) {
      algorithms.requireNothingOfCiphers();
      return new Checked(new ClientSecurity.Plain(insecurePlain), checksums, null);
    }
    List<String> ciphers = algorithms.ciphers();
    ClientSecurity security = security(ciphers);
    return new Checked(security, checksums, algorithms.crypto(ciphers));
  }

  private void requireNoConflict() throws UserError {
    if (keyFile != null && (privateKey != null || serverKey != null)) {
      throw usage("--key-file excludes --private-key and --server-key");
    }
    if (privateKey != null && serverKey == null) {
      throw usage("--private-key needs --server-key, the public key of the server");
    }
    if (serverKey != null && privateKey == null) {
      throw usage("--server-key needs --private-key, the private key of this client");
    }
    if (insecurePlain && (keyFile != null || privateKey != null)) {
      throw usage("--insecure-plain excludes keys: links are either plain or secured");
    }
  }

  private static UserError usage(String text) {
    return new UserError(ExitCode.USAGE, text);
  }

  private ClientSecurity security(List<String> ciphers) throws UserError {
    try {
      return keyFile != null
          ? new ClientSecurity.Psk(KeyFiles.readShared(keyFile), ciphers)
          : new ClientSecurity.Keys(
              KeyFiles.readPrivate(privateKey), KeyFiles.readPublic(serverKey), ciphers);
    } catch (KeyFileException unusable) {
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    }
  }
}
