package org.dst.cli;

import static org.dst.cli.CommandLineRun.dst;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.dst.cli.command.ExitCode;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.key.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dst keygen}. */
@Timeout(60)
class KeygenTest {
  @TempDir Path directory;

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private static String made(CommandLineRun run) {
    assertEquals(0, run.exit(), run::toString);
    assertEquals("", run.err());
    assertEquals(2, run.out().lines().count(), run::toString);
    return run.out();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void shouldMakeASharedKeyThatNobodyElseMayRead() throws IOException {
    Path file = directory.resolve("disk.key");
    String out = made(dst("keygen", file.toString(), "--name=node7"));
    assertTrue(out.contains("--key-file " + file), out);
    assertEquals("rw-------", mode(file));
    List<String> lines = Files.readAllLines(file);
    assertEquals(List.of("dst-shared-key-1", "# node7"), lines.subList(0, 2));
    assertFalse(out.contains(lines.get(2)), "the secret is printed");
    assertEquals(32, KeyFiles.readShared(file).bytes().length);
    made(dst("keygen", path("other.key")));
    assertNotEquals(KeyFiles.readShared(file), KeyFiles.readShared(directory.resolve("other.key")));
  }

  @Test
  void shouldMakeAPairAndSayWhatAServerListsItBy() throws IOException {
    Path file = directory.resolve("node7");
    String out = made(dst("keygen", "--pair", file.toString()));
    assertEquals("rw-------", mode(file));
    KeyPair pair = KeyFiles.readPrivate(file);
    assertEquals(pair.publicKey(), KeyFiles.readPublic(directory.resolve("node7.pub")));
    assertTrue(out.contains("fingerprint " + pair.publicKey().fingerprint()), out);
    String line = out.replaceAll("(?s).*add the line '([^']*)'.*", "$1");
    Path list = Files.writeString(directory.resolve("clients"), line + "\n");
    assertEquals("node7", AllowedClients.read(list).nameOf(pair.publicKey()));
  }

  @Test
  void shouldMakeTheSameKeyFromTheSamePassphraseAndSaltOnly() throws IOException {
    Path words = Files.writeString(directory.resolve("words"), "correct horse battery\n");
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-------"));
    String from = "--passphrase-file=" + words;
    String out = made(dst("keygen", path("a"), "--passphrase", from));
    assertTrue(out.contains("--passphrase --salt a.salt"), out);
    made(dst("keygen", path("b"), "--passphrase", from, "--salt=" + path("a.salt")));
    made(dst("keygen", path("c"), "--passphrase", from));
    byte[] first = KeyFiles.readShared(directory.resolve("a")).bytes();
    assertArrayEquals(first, KeyFiles.readShared(directory.resolve("b")).bytes());
    assertNotEquals(
        KeyFiles.readShared(directory.resolve("a")), KeyFiles.readShared(directory.resolve("c")));
    Files.writeString(words, "short\n");
    dst("keygen", path("d"), "--passphrase", from)
        .complained(ExitCode.LOCAL, "passphrase of 5 bytes (expected: >= 12)");
    assertFalse(Files.exists(directory.resolve("d.salt")));
  }

  @Test
  void shouldOverwriteNothing() throws IOException {
    Path file = Files.writeString(directory.resolve("precious"), "data");
    String taken = "already exists and is not overwritten";
    dst("keygen", file.toString()).complained(ExitCode.LOCAL, "precious: " + taken);
    dst("keygen", "--pair", file.toString()).complained(ExitCode.LOCAL, "precious: " + taken);
    dst("keygen", file.toString(), "--passphrase").complained(ExitCode.LOCAL, taken);
    assertEquals("data", Files.readString(file));
    assertFalse(Files.exists(directory.resolve("precious.pub")));
    Files.writeString(directory.resolve("half.pub"), "data");
    dst("keygen", "--pair", path("half")).complained(ExitCode.LOCAL, "half.pub: " + taken);
    assertFalse(Files.exists(directory.resolve("half")));
  }

  @Test
  void shouldRefuseWhatMakesNoSense() throws IOException {
    dst("keygen").complained(ExitCode.USAGE, "FILE", "dst keygen --help");
    dst("keygen", path("k"), "--pair", "--passphrase")
        .complained(ExitCode.USAGE, "--pair excludes");
    dst("keygen", path("k"), "--salt=x").complained(ExitCode.USAGE, "need --passphrase");
    dst("keygen", path("k"), "--name=a b")
        .complained(ExitCode.USAGE, "'a b' is not a valid key name");
    dst("keygen", path("k"), "--passphrase").complained(ExitCode.USAGE, "--passphrase-file");
    dst("keygen", path("no/dir/k")).complained(ExitCode.LOCAL, "cannot be written");
    try (var files = Files.list(directory)) {
      assertEquals(List.of(), files.toList());
    }
  }
}
