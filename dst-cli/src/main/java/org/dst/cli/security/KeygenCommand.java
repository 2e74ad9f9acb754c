package org.dst.cli.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.key.KeyNames;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PassphraseKey;
import org.dst.crypto.key.Secret;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dst keygen}: generates keys. Never overwrites a file. */
@Command(
    name = "keygen",
    sortOptions = false,
    description = "Generates a pre-shared key for both sides, or a key pair for one side.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dst keygen disk.key",
      "  dst keygen --pair node7 --name node7",
      "  dst keygen disk.key --passphrase"
    })
public final class KeygenCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      paramLabel = "FILE",
      description = "file for the key, created with mode 0600; must not exist")
  private Path file;

  @Option(
      names = "--pair",
      description = "generate a key pair: the private key in FILE, the public key in FILE.pub")
  private boolean pair;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "name of the key's owner (default: the file's name)")
  private String name;

  @Option(
      names = "--passphrase",
      description =
          "derive the shared key from a passphrase (Argon2id), which is weaker than a random key;"
              + " the salt goes to FILE.salt")
  private boolean passphrase;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "read the passphrase from the first line of this file (mode 0600) instead of asking")
  private Path passphraseFile;

  @Option(
      names = "--salt",
      paramLabel = "FILE",
      description = "use this salt, to derive the same key as the other side")
  private Path salt;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError {
    requireNoConflict();
    try {
      System.out.println(make());
      System.out.flush();
    } catch (IOException unusable) {
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    }
    return ExitCode.OK.code();
  }

  private void requireNoConflict() throws UserError {
    if (pair && passphrase) {
      throw usage("--pair excludes --passphrase");
    }
    if (!passphrase && (passphraseFile != null || salt != null)) {
      throw usage("--passphrase-file and --salt need --passphrase");
    }
    try {
      KeyNames.require(name());
    } catch (IllegalArgumentException wrong) {
      throw usage("--name: " + wrong.getMessage());
    }
  }

  private static UserError usage(String text) {
    return new UserError(ExitCode.USAGE, text);
  }

  private String name() {
    if (name != null) {
      return name;
    }
    return file.getFileName() == null ? "" : file.getFileName().toString();
  }

  /** Writes the files; returns what to tell the user. */
  private String make() throws IOException, UserError {
    if (pair) {
      return makePair();
    }
    if (passphrase) {
      return makeFromPassphrase();
    }
    Secret key = Secret.random();
    try {
      KeyFiles.writeShared(file, key, name());
    } finally {
      key.destroy();
    }
    return wroteShared(
        "copy the file to the other machine over a channel that nobody else can read");
  }

  private String makePair() throws IOException {
    KeyPair keys = KeyPair.generate();
    try {
      Path publicFile = KeyFiles.writePair(file, keys, name());
      return """
      dst: wrote the private key %s (mode 0600) and the public key %s, fingerprint %s
      next: add the line '%s %s' to a server's --allowed-clients, or give the public key to clients \
      as their --server-key\
      """
          .formatted(
              file, publicFile, keys.publicKey().fingerprint(), name(), keys.publicKey().base64());
    } finally {
      keys.destroy();
    }
  }

  private String makeFromPassphrase() throws IOException, UserError {
    if (Files.exists(file)) {
      throw new IOException(file + ": already exists and is not overwritten");
    }
    PassphraseKey recipe = salt == null ? PassphraseKey.generate() : PassphraseKey.read(salt);
    byte[] words = PassphrasePrompt.read(passphraseFile, salt == null);
    Secret key;
    try {
      key = recipe.derive(words);
    } finally {
      Arrays.fill(words, (byte) 0);
    }
    try {
      KeyFiles.writeShared(file, key, name());
    } finally {
      key.destroy();
    }
    if (salt != null) {
      return wroteShared("the other machine has the same key if it used the same passphrase");
    }
    Path saltFile = file.resolveSibling(file.getFileName() + ".salt");
    KeyFiles.writePassphrase(saltFile, recipe, name());
    return wroteShared(
        "copy %s to the other machine and run 'dst keygen %s --passphrase --salt %s' there"
            .formatted(saltFile, file.getFileName(), saltFile.getFileName()));
  }

  private String wroteShared(String next) {
    return """
    dst: wrote the shared key %s (mode 0600)
    next: %s; then 'dstd export ... --key-file %s' and 'dst attach ... --key-file %s'\
    """
        .formatted(file, next, file, file);
  }
}
