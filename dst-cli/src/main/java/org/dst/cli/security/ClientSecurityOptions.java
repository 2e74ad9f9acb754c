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

/** The options of every command that talks to a server: how its links are protected. */
public final class ClientSecurityOptions {
  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "the shared key that the server has too; 'dst keygen' makes one")
  private Path keyFile;

  @Option(
      names = "--private-key",
      paramLabel = "FILE",
      description = "the private key of this client; with --server-key, instead of --key-file")
  private Path privateKey;

  @Option(
      names = "--server-key",
      paramLabel = "FILE",
      description = "the public key of the only server that is believed")
  private Path serverKey;

  @Option(
      names = "--insecure-plain",
      description =
          "talk to a server on another machine without any protection; one on this machine needs"
              + " no such word")
  private boolean insecurePlain;

  @Mixin private AlgorithmOptions algorithms;

  /**
   * The options, checked, and what they name.
   *
   * @param security how links have to be protected
   * @param checksums to offer, best first
   * @param crypto of secured links; null if they are plain
   */
  public record Checked(ClientSecurity security, List<String> checksums, RecordCrypto crypto) {}

  /**
   * Reads the keys and loads the ciphers.
   *
   * @throws UserError if options conflict, or a key or algorithm is not to be had
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
      throw usage(
          "--key-file beside --private-key or --server-key (expected: one way or the other)");
    }
    if (privateKey != null && serverKey == null) {
      throw usage("--private-key needs --server-key, the public key of the server");
    }
    if (serverKey != null && privateKey == null) {
      throw usage("--server-key needs --private-key, the private key of this client");
    }
    if (insecurePlain && (keyFile != null || privateKey != null)) {
      throw usage("--insecure-plain beside a key: links are either plain or secured");
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
