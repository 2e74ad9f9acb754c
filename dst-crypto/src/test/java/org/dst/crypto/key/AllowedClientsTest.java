package org.dst.crypto.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AllowedClientsTest {
  private final PublicKey first = KeyPair.generate().publicKey();
  private final PublicKey second = KeyPair.generate().publicKey();

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void prepare() {
    file = directory.resolve("clients");
  }

  private void assertRefused(String expected, String content) throws IOException {
    Files.writeString(file, content);
    var refused = assertThrows(KeyFileException.class, () -> AllowedClients.read(file));
    assertEquals(file + expected, refused.getMessage());
  }

  @Test
  void shouldNameTheClientsOfAFile() throws IOException {
    Files.writeString(
        file,
        "# ours\n\nnode7 %s\n  db-1@rack.2\t%s # the data base\n"
            .formatted(first.base64(), second.base64()));
    AllowedClients clients = AllowedClients.read(file);
    assertEquals("node7", clients.nameOf(first));
    assertEquals("db-1@rack.2", clients.nameOf(second));
    assertNull(clients.nameOf(KeyPair.generate().publicKey()));
    assertEquals(Set.of("node7", "db-1@rack.2"), Set.copyOf(clients.names()));
    assertNull(AllowedClients.NONE.nameOf(first));
  }

  @Test
  void shouldPassOverTheMarkThatSomeEditorsPutBeforeAText() throws IOException {
    Files.writeString(file, "\ufeffnode7 %s\r\n".formatted(first.base64()));
    assertEquals("node7", AllowedClients.read(file).nameOf(first));
    Files.writeString(file, "\ufeff# nobody", StandardCharsets.UTF_16LE);
    var refused = assertThrows(KeyFileException.class, () -> AllowedClients.read(file));
    assertEquals(
        file + ": is encoded in UTF-16 (expected: UTF-8); save it as UTF-8", refused.getMessage());
  }

  @Test
  void shouldSayInWhichLineWhatIsWrong() throws IOException {
    String good = "node7 " + first.base64() + "\n";
    assertRefused(
        ":2: 1 words (expected: 2, NAME BASE64-PUBLIC-KEY)", good + second.base64() + "\n");
    assertRefused(
        ":1: 3 words (expected: 2, NAME BASE64-PUBLIC-KEY)", "a b " + first.base64() + "\n");
    String base64 = ": the key is not 32 bytes in base64; copy it from the client's .pub file";
    assertRefused(":2" + base64, good + "node8 AAAA\n");
    assertRefused(":2" + base64, good + "node8 !" + first.base64() + "\n");
    assertRefused(":3: duplicate name 'node7'", good + "\nnode7 " + second.base64());
    assertRefused(":2: the key already belongs to 'node7'", good + "node8 " + first.base64());
    String name = ":1: invalid name (expected: 1 to 64 letters, digits, '.', '_', '@' or '-')";
    assertRefused(name, "-x " + first.base64());
    assertRefused(name, "dst-public-key-1 " + first.base64());
    assertRefused(name, "x".repeat(65) + " " + first.base64());
    assertRefused(name, "\u0000\u00ff " + first.base64());
    assertRefused(": is too long (expected: <= 1048576 bytes)", "#".repeat((1 << 20) + 1));
  }

  @Test
  void shouldRefuseAListThatOthersMayChange() throws IOException {
    Files.writeString(file, "node7 " + first.base64());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    var refused = assertThrows(KeyFileException.class, () -> AllowedClients.read(file));
    assertEquals(
        file
            + ": others may write to it: its mode is 0664 (expected: 0644 or stricter); run:"
            + " chmod go-w "
            + file,
        refused.getMessage());
  }

  @Test
  void shouldSayWhatIsThereInsteadOfAFile() {
    var absent = assertThrows(KeyFileException.class, () -> AllowedClients.read(file));
    assertEquals(file + ": no such file", absent.getMessage());
    file = directory;
    var other = assertThrows(KeyFileException.class, () -> AllowedClients.read(file));
    assertEquals(
        file + ": is a directory (expected: a list of allowed clients)", other.getMessage());
  }
}
