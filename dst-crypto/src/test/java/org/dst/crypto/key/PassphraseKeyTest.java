package org.dst.crypto.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PassphraseKeyTest {
  private static final byte[] PASSPHRASE = "correct horse".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void prepare() {
    file = directory.resolve("key");
  }

  @Test
  void shouldMakeTheSameKeyOnBothSides() throws IOException {
    PassphraseKey made = PassphraseKey.generate();
    KeyFiles.writePassphrase(file, made, "ours");
    PassphraseKey read = PassphraseKey.read(file);
    assertEquals(made.derive(PASSPHRASE), read.derive(PASSPHRASE));
    assertNotEquals(made.derive(PASSPHRASE), PassphraseKey.generate().derive(PASSPHRASE));
    assertNotEquals(made.derive(PASSPHRASE), made.derive("correct horsf".getBytes()));
    assertEquals(KeyType.PASSPHRASE, KeyFiles.typeOf(file));
  }

  /**
   * From test.c of the reference implementation (github.com/P-H-C/phc-winner-argon2), version 0x13.
   */
  @Test
  void shouldDeriveAsArgon2idDoes() {
    PassphraseKey key = new PassphraseKey(65536, 2, 1, "somesalt".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
        HexFormat.of().formatHex(key.derive("password".getBytes()).bytes()));
  }

  @Test
  void shouldRefuseParametersThatProtectNothingOrTakeForEver() throws IOException {
    String salt = "salt=AAAAAAAAAAAAAAAAAAAAAA==";
    for (String line :
        new String[] {
          "argon2id m=1024 t=3 p=4 " + salt,
          "argon2id m=99999999 t=3 p=4 " + salt,
          "argon2id m=65536 t=0 p=4 " + salt,
          "argon2id m=65536 t=3 p=400 " + salt,
          "argon2id m=65536 t=3 p=4 salt=AAAA",
          "argon2id m=65536 t=3 p=4 salt=!",
          "argon2id m=x t=3 p=4 " + salt,
          "argon2id m=65536 t=3 " + salt,
          "argon2id m=65536 t=3 p=4 q=1 " + salt,
          "argon2id m=65536 t=3 p=4 p=4 " + salt,
          "scrypt m=65536 t=3 p=4 " + salt,
          "argon2id nonsense"
        }) {
      Files.writeString(file, "dst-passphrase-key-1\n" + line);
      var refused = assertThrows(KeyFileException.class, () -> PassphraseKey.read(file), line);
      assertTrue(
          refused
              .getMessage()
              .endsWith("(expected: a line like 'argon2id m=65536 t=3 p=4 salt=BASE64')"),
          refused.getMessage());
    }
    var empty =
        assertThrows(
            IllegalArgumentException.class, () -> PassphraseKey.generate().derive(new byte[0]));
    assertEquals("the passphrase is empty", empty.getMessage());
  }

  @Test
  void shouldReadTheFirstLineOfAPassphraseFile() throws IOException {
    Files.writeString(file, "correct horse\r\nnot this");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertArrayEquals(PASSPHRASE, PassphraseFile.read(file));
    Files.writeString(file, "\ufeffcorrect horse\r\n");
    assertArrayEquals(PASSPHRASE, PassphraseFile.read(file), "a byte order mark is no part of it");
    Files.writeString(file, "\ncorrect horse");
    var empty = assertThrows(KeyFileException.class, () -> PassphraseFile.read(file));
    assertEquals(file + ": its first line is empty (expected: a passphrase)", empty.getMessage());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThrows(KeyFileException.class, () -> PassphraseFile.read(file));
    assertThrows(KeyFileException.class, () -> PassphraseFile.read(directory));
  }
}
