package org.dst.cli.security;

import java.util.List;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.cipher.CryptoProvider;
import org.dst.crypto.pool.CryptoPool;
import org.dst.crypto.record.RecordCrypto;
import picocli.CommandLine.Option;

/** Options that select algorithms and their implementation, the same on both sides. */
final class AlgorithmOptions {
  @Option(
      names = "--cipher",
      paramLabel = "NAME",
      split = ",",
      description =
          "ciphers of secured links in order of preference; both sides must have one in common"
              + " (default: those of aes-256-gcm,chacha20-poly1305,aes-128-gcm that the"
              + " --crypto-provider has)")
  private List<String> ciphers;

  @Option(
      names = "--checksum",
      paramLabel = "NAME",
      split = ",",
      description = "payload checksums in order of preference; both sides must have one in common")
  private List<String> checksums;

  @Option(
      names = "--crypto-threads",
      paramLabel = "N",
      description =
          "threads that seal and open large records, 0 to 256; with 0 the event loops do it"
              + " (default: one per core, at most 16)")
  private Integer threads;

  @Option(
      names = "--crypto-provider",
      paramLabel = "NAME",
      description =
          "implementation of the ciphers: ipsec-mb, conscrypt, jdk or bouncycastle (default: for"
              + " each cipher the fastest available)")
  private String provider;

  /**
   * The ciphers of secured links. Each cipher given by name must be available; of the defaults, a
   * provider given by name needs to have only one.
   */
  List<String> ciphers() throws UserError {
    if (ciphers == null) {
      return provider == null ? Ciphers.DEFAULT : Ciphers.defaults(provider());
    }
    for (String name : ciphers) {
      usage(() -> Ciphers.providers(name));
    }
    return ciphers;
  }

  /**
   * The checksums.
   *
   * @param secured whether links have keys, which keyed checksums need
   * @param usual the checksums if none is given
   */
  List<String> checksums(boolean secured, List<String> usual) throws UserError {
    if (checksums == null) {
      return usual;
    }
    for (String name : checksums) {
      if (!Checksums.securedNames().contains(name) || !secured) {
        usage(() -> Checksums.create(name));
      }
    }
    return checksums;
  }

  /** Rejects options that mean nothing while all links are plain. */
  void requireNothingOfCiphers() throws UserError {
    String needless =
        ciphers != null
            ? "--cipher"
            : threads != null ? "--crypto-threads" : provider != null ? "--crypto-provider" : null;
    if (needless != null) {
      throw new UserError(
          ExitCode.USAGE,
          "%s is for secured links, which need --key-file or --private-key".formatted(needless));
    }
  }

  /** Starts the crypto threads and loads the ciphers. */
  RecordCrypto crypto(List<String> wanted) throws UserError {
    int count = threads == null ? CryptoPool.defaultThreads() : threads;
    CryptoProvider forced = provider == null ? null : provider();
    RecordCrypto crypto;
    try {
      crypto = new RecordCrypto(count, forced);
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, "--crypto-threads: " + wrong.getMessage());
    }
    try {
      wanted.forEach(crypto::cipher);
      return crypto;
    } catch (IllegalArgumentException notToBeHad) {
      crypto.close();
      throw new UserError(ExitCode.USAGE, notToBeHad.getMessage());
    }
  }

  private CryptoProvider provider() throws UserError {
    try {
      return CryptoProvider.of(provider);
    } catch (IllegalArgumentException unknown) {
      throw new UserError(ExitCode.USAGE, unknown.getMessage());
    }
  }

  private static void usage(Runnable check) throws UserError {
    try {
      check.run();
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }
}
