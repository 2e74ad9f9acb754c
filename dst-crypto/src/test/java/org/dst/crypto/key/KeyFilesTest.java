package org.dst.crypto.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class KeyFilesTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void prepare() {
    file = directory.resolve("key");
  }

  private void write(String content, String mode) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private void assertRefused(String expected, Reading reading) {
    var refused = assertThrows(KeyFileException.class, reading::read);
    assertEquals(file + ": " + expected, refused.getMessage());
  }

  private void assertRefused(String expected, String content) throws IOException {
    write(content, "rw-------");
    assertRefused(expected, () -> KeyFiles.readShared(file));
  }

  private String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void shouldPassOverTheMarkThatSomeEditorsPutBeforeAText() throws IOException {
    write("\ufeffdst-shared-key-1\r\n" + KEY + "\r\n", "rw-------");
    assertArrayEquals(new byte[32], KeyFiles.readShared(file).bytes());
    write("\ufeff# mine\ndst-shared-key-1\n" + KEY, "rw-------");
    assertArrayEquals(new byte[32], KeyFiles.readShared(file).bytes());
    for (Charset other : new Charset[] {StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE}) {
      Files.writeString(file, "\ufeffdst-shared-key-1\n" + KEY, other);
      assertRefused(
          "is encoded in UTF-16 (expected: UTF-8); save it as UTF-8",
          () -> KeyFiles.readShared(file));
    }
    assertRefused("is empty (expected: a key file from 'dst keygen')", "\ufeff");
  }

  @Test
  void shouldReadTheSharedKeyThatItWrote() throws IOException {
    Secret key = Secret.random();
    KeyFiles.writeShared(file, key, "backup of node7");
    assertEquals(key, KeyFiles.readShared(file));
    assertEquals(KeyType.SHARED, KeyFiles.typeOf(file));
    assertEquals("rw-------", mode(file));
    assertTrue(Files.readString(file).startsWith("dst-shared-key-1\n# backup of node7\n"));
  }

  @Test
  void shouldReadThePairThatItWrote() throws IOException {
    KeyPair pair = KeyPair.generate();
    Path publicFile = KeyFiles.writePair(file, pair, "");
    assertEquals(pair, KeyFiles.readPrivate(file));
    assertEquals(pair.publicKey(), KeyFiles.readPublic(publicFile));
    assertEquals("rw-------", mode(file));
    assertEquals("rw-r--r--", mode(publicFile));
    assertEquals(directory.resolve("key.pub"), publicFile);
  }

  @Test
  void shouldNotOverwriteAFile() throws IOException {
    KeyFiles.writeShared(file, Secret.random(), "");
    byte[] before = Files.readAllBytes(file);
    assertRefused(
        "already exists and is not overwritten",
        () -> {
          KeyFiles.writeShared(file, Secret.random(), "");
          return null;
        });
    assertThrows(IOException.class, () -> KeyFiles.writePair(file, KeyPair.generate(), ""));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(1, files.count(), "neither a draft nor half a pair stays behind");
    }
  }

  @Test
  void shouldSayWhereItCannotWrite() {
    file = directory.resolve("absent").resolve("key");
    assertRefused(
        "cannot be written: no such file or directory",
        () -> {
          KeyFiles.writeShared(file, Secret.random(), "");
          return null;
        });
  }

  @Test
  void shouldRefuseACommentThatIsMoreThanALine() {
    assertThrows(
        IllegalArgumentException.class, () -> KeyFiles.writeShared(file, Secret.random(), "a\nb"));
    assertThrows(
        IllegalArgumentException.class,
        () -> KeyFiles.writeShared(file, Secret.random(), "x".repeat(5000)));
    assertFalse(Files.exists(file));
  }

  @Test
  void shouldReadWhatPeopleDoToText() throws IOException {
    write("\r\n# mine\r\n  dst-shared-key-1\r\n\r\n\t" + KEY + " \r\n# end", "r--------");
    assertArrayEquals(new byte[32], KeyFiles.readShared(file).bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----", "rwx--x--x"})
  void shouldRefuseASecretThatOthersMayUse(String mode) throws IOException {
    write("dst-shared-key-1\n" + KEY + "\n", mode);
    String message =
        assertThrows(KeyFileException.class, () -> KeyFiles.readShared(file)).getMessage();
    assertTrue(message.startsWith(file + ": others may use this key: its mode is 0"), message);
    assertTrue(message.endsWith("(expected: 0600 or stricter); run: chmod 600 " + file), message);
  }

  @Test
  void shouldSayTheModeAsChmodDoes() throws IOException {
    write("dst-private-key-1\n" + KEY + "\n", "rw-r-x--x");
    assertRefused(
        "others may use this key: its mode is 0651 (expected: 0600 or stricter); run: chmod 600 "
            + file,
        () -> KeyFiles.readPrivate(file));
    write("dst-public-key-1\n" + KEY + "\n", "rw-r--r--");
    assertEquals(new PublicKey(new byte[32]), KeyFiles.readPublic(file));
  }

  @Test
  void shouldSayWhichTypeOfKeyItIs() throws IOException {
    write("dst-public-key-1\n" + KEY + "\n", "rw-------");
    assertRefused(
        "this is a public key; a private key is needed here", () -> KeyFiles.readPrivate(file));
    assertRefused(
        "this is a public key; a shared key is needed here", () -> KeyFiles.readShared(file));
    write("dst-private-key-1\n" + KEY + "\n", "rw-------");
    assertRefused(
        "this is a private key; a public key is needed here", () -> KeyFiles.readPublic(file));
  }

  @Test
  void shouldSayWhatIsWrongWithTheText() throws IOException {
    assertRefused("is empty (expected: a key file from 'dst keygen')", "");
    assertRefused("is empty (expected: a key file from 'dst keygen')", "# only this\n");
    assertRefused(
        "ends after the line 'dst-shared-key-1'; the key itself is missing", "dst-shared-key-1\n");
    assertRefused(
        "the key has 15 bytes (expected: 32); the file is truncated",
        "dst-shared-key-1\n" + KEY.substring(0, 20));
    assertRefused("the key has 48 bytes (expected: 32)", "dst-shared-key-1\n" + "AAAA".repeat(16));
    assertRefused("the key is not in base64", "dst-shared-key-1\n!" + KEY);
    assertRefused("the key is not in base64", "dst-shared-key-1\n" + KEY.substring(0, 41));
    assertRefused(
        "has 2 lines after 'dst-shared-key-1' (expected: one, the key)",
        "dst-shared-key-1\n" + KEY + "\n" + KEY);
    assertRefused(
        "is not a DST key file: it is a PEM file, as written by OpenSSL or OpenSSH",
        "-----BEGIN PRIVATE KEY-----\n" + KEY);
    assertRefused(
        "is not a DST key file: its first line is not one of dst-shared-key-1, dst-private-key-1,"
            + " dst-public-key-1, dst-passphrase-key-1",
        KEY);
    assertRefused("is too long for a key file (expected: <= 4096 bytes)", "#".repeat(4097));
  }

  @Test
  void shouldSayWhatIsThereInsteadOfAFile() throws IOException {
    assertRefused("no such file; 'dst keygen' creates keys", () -> KeyFiles.readShared(file));
    Files.createDirectory(file);
    assertRefused("is a directory (expected: a key file)", () -> KeyFiles.readShared(file));
    file = Path.of("/dev/null");
    assertRefused("is not a regular file (expected: a key file)", () -> KeyFiles.readShared(file));
  }

  @Test
  void shouldNeverQuoteAKey() throws IOException {
    String secret = "c2VjcmV0c2VjcmV0c2VjcmV0";
    for (String content :
        new String[] {
          secret,
          "dst-shared-key-1\n" + secret,
          "dst-shared-key-1\n" + secret + "!",
          secret + "\n" + secret,
          "dst-shared-key-1\n" + secret + "\n" + secret
        }) {
      write(content, "rw-------");
      var refused = assertThrows(KeyFileException.class, () -> KeyFiles.readShared(file));
      assertFalse(refused.getMessage().contains("c2Vj"), refused.getMessage());
      assertEquals(null, refused.getCause());
    }
  }
}
