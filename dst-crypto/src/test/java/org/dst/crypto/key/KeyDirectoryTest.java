package org.dst.crypto.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class KeyDirectoryTest {
  @TempDir private Path directory;

  @Test
  void shouldFindKeysByNameAndPassByWhatEditorsLeave() throws IOException {
    for (String name : List.of("node7", "backup", ".node7.swp", "node7~")) {
      Files.createFile(directory.resolve(name));
    }
    assertEquals(
        List.of(directory.resolve("backup"), directory.resolve("node7")),
        KeyDirectory.files(directory));
  }

  @Test
  void shouldRefuseADirectoryThatOthersMayChange() throws IOException {
    for (String mode : List.of("rwxrwxr-x", "rwxr-xrwx")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
      var refused = assertThrows(KeyFileException.class, () -> KeyDirectory.files(directory));
      assertTrue(refused.getMessage().contains("others may write to it"), refused.getMessage());
    }
  }

  @Test
  void shouldRefuseWhatIsNoDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("key"));
    var refused = assertThrows(KeyFileException.class, () -> KeyDirectory.files(file));
    assertEquals(
        file + ": is not a directory (expected: a directory of shared keys)", refused.getMessage());
  }
}
