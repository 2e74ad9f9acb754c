package org.dst.cli.security;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.SecurityMode;
import org.dst.server.port.SecurityOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a server: how links must be protected, and whose keys it accepts. */
public final class ServerSecurityOptions {
  @Option(
      names = "--key-file",
      paramLabel = "[NAME=]FILE",
      description =
          "accept clients that have this pre-shared key, known as NAME (default: the file name);"
              + " repeatable")
  private List<String> keyFiles = new ArrayList<>();

  @Option(
      names = "--key-dir",
      paramLabel = "DIR",
      description = "accept every file in this directory as such a key, known by its file name")
  private Path keyDirectory;

  @Option(
      names = "--private-key",
      paramLabel = "FILE",
      description =
          "private key of this server: accept clients that know its public key and are listed in"
              + " --allowed-clients")
  private Path privateKey;

  @Option(
      names = "--allowed-clients",
      paramLabel = "FILE",
      description = "list of clients, lines of NAME PUBLIC-KEY; for --private-key")
  private Path allowedClients;

  @Option(
      names = "--insecure-plain",
      description =
          "accept unprotected links from anywhere; otherwise, and only without keys, they are"
              + " accepted from this machine alone")
  private boolean insecurePlain;

  @Mixin private AlgorithmOptions algorithms;

  /**
   * The checked options, with ciphers loaded.
   *
   * @param options of the server
   * @param crypto for the server to own
   * @param keys to be read; empty if it has no keys
   */
  public record Checked(SecurityOptions options, RecordCrypto crypto, KeySources keys) {
    /** Which links are accepted, for the ready line. */
    public String summary() {
      List<String> ways = new ArrayList<>();
      if (options.modes().contains(SecurityMode.KEYS)) {
        ways.add("links secured by key pairs");
      }
      if (options.modes().contains(SecurityMode.PSK)) {
        ways.add("links secured by shared keys");
      }
      if (options.modes().contains(SecurityMode.PLAIN)) {
        ways.add(
            options.plainAnywhere()
                ? "plain links from anywhere, neither encrypted nor authenticated"
                : "plain links from this machine only");
      }
      return String.join("; ", ways);
    }
  }

  /**
   * Loads the ciphers, and the server's own key; the keys of clients are not read yet.
   *
   * @throws UserError if options conflict, or a key or algorithm is unavailable
   */
  public Checked checked() throws UserError {
    List<SecurityMode> modes = modes();
    if (modes.isEmpty()) {
      algorithms.requireNothingOfCiphers();
      List<String> checksums = algorithms.checksums(false, Checksums.names());
      return new Checked(
          SecurityOptions.plain(insecurePlain, checksums),
          new RecordCrypto(0, null),
          KeySources.NONE);
    }
    List<String> ciphers = algorithms.ciphers();
    List<String> checksums = algorithms.checksums(true, Checksums.securedNames());
    SecurityOptions options = SecurityOptions.of(modes, ciphers, checksums);
    KeySources keys = sources();
    return new Checked(
        insecurePlain ? options.withPlainAnywhere() : options, algorithms.crypto(ciphers), keys);
  }

  private List<SecurityMode> modes() throws UserError {
    if ((privateKey == null) != (allowedClients == null)) {
      throw new UserError(
          ExitCode.USAGE,
          privateKey == null
              ? "--allowed-clients needs --private-key, the private key of this server"
              : "--private-key needs --allowed-clients, the list of the clients' public keys");
    }
    List<SecurityMode> modes = new ArrayList<>();
    if (privateKey != null) {
      modes.add(SecurityMode.KEYS);
    }
    if (!keyFiles.isEmpty() || keyDirectory != null) {
      modes.add(SecurityMode.PSK);
    }
    return modes;
  }

  private KeySources sources() throws UserError {
    try {
      return KeySources.of(keyFiles, keyDirectory, own(), allowedClients);
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  private KeyPair own() throws UserError {
    try {
      return privateKey == null ? null : KeyFiles.readPrivate(privateKey);
    } catch (IOException unusable) {
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    }
  }
}
