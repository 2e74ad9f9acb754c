package org.dst.cli.security;

import java.io.Console;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.crypto.key.KeyFileException;
import org.dst.crypto.key.PassphraseFile;

/** Reads a passphrase from a file, or from a terminal without echo. */
final class PassphrasePrompt {
  /** Whoever has recorded a handshake can guess offline, for as long as they like. */
  private static final int SHORTEST = 12;

  private PassphrasePrompt() {}

  /**
   * Returns the passphrase in UTF-8; the caller overwrites it after use.
   *
   * @param file to read it from; null to ask for it
   * @param twice whether to ask twice: a typo would make a new passphrase useless
   */
  static byte[] read(Path file, boolean twice) throws KeyFileException, UserError {
    byte[] words = file == null ? ask(twice) : PassphraseFile.read(file);
    if (words.length < SHORTEST) {
      Arrays.fill(words, (byte) 0);
      throw new UserError(
          ExitCode.LOCAL,
          "passphrase of %d bytes (expected: >= %d)".formatted(words.length, SHORTEST));
    }
    return words;
  }

  private static byte[] ask(boolean twice) throws UserError {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new UserError(
          ExitCode.USAGE, "there is no terminal to ask for the passphrase; use --passphrase-file");
    }
    byte[] first = bytes(console.readPassword("Passphrase: "));
    if (twice) {
      byte[] second = bytes(console.readPassword("Repeat passphrase: "));
      boolean same = Arrays.equals(first, second);
      Arrays.fill(second, (byte) 0);
      if (!same) {
        Arrays.fill(first, (byte) 0);
        throw new UserError(ExitCode.LOCAL, "the two passphrases differ");
      }
    }
    return first;
  }

  private static byte[] bytes(char[] typed) {
    char[] words = typed == null ? new char[0] : typed;
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(words));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    Arrays.fill(encoded.array(), (byte) 0);
    Arrays.fill(words, '\0');
    return bytes;
  }
}
