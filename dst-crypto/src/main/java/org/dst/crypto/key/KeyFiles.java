package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads and writes key files: a type line ({@link KeyType}), then a line with 32 bytes in base64.
 * Lines that start with # and empty lines are ignored.
 *
 * <pre>
 *   dst-shared-key-1
 *   # backup of node7
 *   mKpZ4sM2o0o3qU3l8lB8cV2bXk6oQb6J0w8v1nq3T2Y=
 * </pre>
 */
public final class KeyFiles {
  private KeyFiles() {}

  /**
   * Reads a shared key.
   *
   * @throws KeyFileException if the file is not a shared key, or others may use it
   */
  public static Secret readShared(Path file) throws KeyFileException {
    return Secret.of(read(file, KeyType.SHARED));
  }

  /**
   * Reads a private key.
   *
   * @throws KeyFileException if the file is not a private key, or others may use it
   */
  public static KeyPair readPrivate(Path file) throws KeyFileException {
    return KeyPair.of(Secret.of(read(file, KeyType.PRIVATE)));
  }

  /**
   * Reads a public key.
   *
   * @throws KeyFileException if the file is not a public key
   */
  public static PublicKey readPublic(Path file) throws KeyFileException {
    return new PublicKey(read(file, KeyType.PUBLIC));
  }

  /**
   * Returns what kind of key a file holds.
   *
   * @throws KeyFileException if it is not a key file, or it holds a secret that others may use
   */
  public static KeyType typeOf(Path file) throws KeyFileException {
    KeyFileText text = KeyFileText.read(file);
    text.destroy();
    return text.type();
  }

  private static byte[] read(Path file, KeyType wanted) throws KeyFileException {
    KeyFileText text = KeyFileText.read(file);
    try {
      return text.key(wanted);
    } finally {
      text.destroy();
    }
  }

  /**
   * Writes a shared key to a new file that only the owner may read.
   *
   * @param comment human-readable, without line breaks
   * @throws IOException if the file exists or cannot be written
   */
  public static void writeShared(Path file, Secret key, String comment) throws IOException {
    write(file, KeyType.SHARED, comment, key.bytes());
  }

  /**
   * Writes a key pair to two new files: the private key to {@code file}, the public key to {@code
   * file} with {@code .pub} appended.
   *
   * @param comment human-readable, without line breaks
   * @return the file of the public key
   * @throws IOException if either file exists or cannot be written; then neither is created
   */
  public static Path writePair(Path file, KeyPair pair, String comment) throws IOException {
    Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
    write(publicFile, KeyType.PUBLIC, comment, pair.publicKey().bytes());
    try {
      write(file, KeyType.PRIVATE, comment, pair.privateKey().bytes());
    } catch (IOException failed) {
      Files.delete(publicFile);
      throw failed;
    }
    return publicFile;
  }

  /**
   * Writes the parameters that derive a key from a passphrase to a new file.
   *
   * @param comment human-readable, without line breaks
   * @throws IOException if the file exists or cannot be written
   */
  public static void writePassphrase(Path file, PassphraseKey key, String comment)
      throws IOException {
    ExclusiveFileWriter.write(
        file, KeyFileText.format(KeyType.PASSPHRASE, comment, key.format()), false);
  }

  private static void write(Path file, KeyType type, String comment, byte[] key)
      throws IOException {
    byte[] text = KeyFileText.format(type, comment, key);
    try {
      ExclusiveFileWriter.write(file, text, type.secret());
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
