package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the files of single keys: a type line ({@link KeyType}), then 32 bytes in base64 on a line
 * of their own; lines that begin with # and empty ones are for people.
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
   * @throws KeyFileException if it is none, or others may read it
   */
  public static Secret readShared(Path file) throws KeyFileException {
    return Secret.of(read(file, KeyType.SHARED));
  }

  /**
   * Reads a private key.
   *
   * @throws KeyFileException if it is none, or others may read it
   */
  public static KeyPair readPrivate(Path file) throws KeyFileException {
    return KeyPair.of(Secret.of(read(file, KeyType.PRIVATE)));
  }

  /**
   * Reads a public key.
   *
   * @throws KeyFileException if it is none
   */
  public static PublicKey readPublic(Path file) throws KeyFileException {
    return new PublicKey(read(file, KeyType.PUBLIC));
  }

  /**
   * What kind of key a file holds.
   *
   * @throws KeyFileException if it is no key file, or others may read a secret
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
   * Writes a new shared key that only the owner may read.
   *
   * @param comment for people, without line breaks
   * @throws IOException if there is a file already, or it cannot be written
   */
  public static void writeShared(Path file, Secret key, String comment) throws IOException {
    write(file, KeyType.SHARED, comment, key.bytes());
  }

  /**
   * Writes a new key pair: the private key to {@code file}, the public one to {@code file} with
   * {@code .pub} at its end.
   *
   * @param comment for people, without line breaks
   * @return the file of the public key
   * @throws IOException if one of the files is there already, or cannot be written; neither is left
   *     behind then
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
   * Writes a new file that tells how to make a key from a passphrase.
   *
   * @param comment for people, without line breaks
   * @throws IOException if there is a file already, or it cannot be written
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
