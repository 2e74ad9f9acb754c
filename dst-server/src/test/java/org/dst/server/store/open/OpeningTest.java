package org.dst.server.store.open;

import static org.dst.server.store.Bytes.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Machine;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.StoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OpeningTest {
  private static final StoreOptions WRITABLE = StoreOptions.DEFAULT;
  private static final StoreOptions READ_ONLY = StoreOptions.DEFAULT.asReadOnly();

  @TempDir private Path directory;

  private String file(long size) throws IOException {
    Path path = directory.resolve("disk");
    Stores.open(path.toString(), WRITABLE.withCreateSize(size)).close();
    return path.toString();
  }

  private static void assertRefused(Status status, String path, String advice) {
    assertRefused(status, path, WRITABLE, advice);
  }

  private static void assertRefused(
      Status status, String path, StoreOptions options, String advice) {
    StoreException failure = failure(() -> Stores.open(path, options).close());
    assertEquals(status, failure.status(), failure.getMessage());
    assertTrue(failure.getMessage().contains(path), failure.getMessage());
    assertTrue(failure.getMessage().contains(advice), failure.getMessage());
  }

  @Test
  void shouldSayWhatAFileIs() throws IOException {
    String path = file(10_000);
    try (BlockStore store = Stores.open(path, WRITABLE)) {
      StoreInfo info = store.info();
      assertEquals("file", info.kind());
      assertEquals(path, info.location());
      assertEquals(10_000, info.size());
      assertEquals(1, info.minBlock());
      assertTrue(info.preferredBlock() >= 4096 && Integer.bitCount(info.preferredBlock()) == 1);
      assertFalse(info.readOnly());
    }
  }

  @Test
  void shouldCreateAMissingFileForItsOwnerOnly() throws IOException {
    Path path = Path.of(file(1 << 30));
    assertEquals(1 << 30, Files.size(path));
    assertEquals(0, Machine.allocated(path));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(path));
  }

  @Test
  void shouldNotChangeTheSizeOfAnExistingFile() throws IOException {
    String path = file(10_000);
    try (BlockStore store = Stores.open(path, WRITABLE.withCreateSize(99_999))) {
      assertEquals(10_000, store.size());
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenCreationFails() {
    Path path = directory.resolve("huge");
    StoreException failure =
        failure(() -> Stores.open(path.toString(), WRITABLE.withCreateSize(Long.MAX_VALUE)));
    assertTrue(failure.getMessage().contains(path.toString()), failure.getMessage());
    assertFalse(Files.exists(path));
  }

  @Test
  void shouldRefuseWhatCannotBeServed() throws IOException {
    assertRefused(Status.INVALID, directory.toString(), "is a directory");
    assertRefused(Status.INVALID, directory.resolve("no").toString(), "does not exist");
    assertRefused(Status.INVALID, "/dev/null", "neither a regular file nor a block device");
    assertRefused(Status.INVALID, "", "is not a path");
    Path empty = Files.createFile(directory.resolve("empty"));
    assertRefused(Status.INVALID, empty.toString(), "is empty; give it a size");
    Path fifo = directory.resolve("fifo");
    assumeTrue(Machine.run("mkfifo", fifo.toString()).succeeded(), "no mkfifo");
    assertRefused(Status.INVALID, fifo.toString(), "neither a regular file");
  }

  @Test
  void shouldRefuseAFileBelowAFile() throws IOException {
    assertRefused(Status.IO_ERROR, file(4096) + "/disk", "check the path");
  }

  @Test
  void shouldRefuseAFileThatMayNotBeOpened() throws IOException {
    assumeFalse(Machine.isRoot(), "root may open everything");
    String path = file(4096);
    Files.setPosixFilePermissions(Path.of(path), PosixFilePermissions.fromString("r--------"));
    assertRefused(Status.NOT_PERMITTED, path, "export it read-only");
    Stores.open(path, READ_ONLY).close();
    Files.setPosixFilePermissions(Path.of(path), PosixFilePermissions.fromString("---------"));
    assertRefused(Status.NOT_PERMITTED, path, READ_ONLY, "user who may");
  }

  @Test
  void shouldRefuseAStoreWithoutAWholeBlock() throws IOException {
    assertRefused(
        Status.INVALID, file(4095), WRITABLE.withMinBlock(4096), "at least one block of 4096");
  }

  @Test
  void shouldRefuseOptionsThatCannotBeMeant() {
    assertThrows(IllegalArgumentException.class, () -> WRITABLE.withMinBlock(3));
    assertThrows(IllegalArgumentException.class, () -> WRITABLE.withMinBlock(128 << 10));
    assertThrows(IllegalArgumentException.class, () -> WRITABLE.withPreferredBlock(-1));
    assertThrows(IllegalArgumentException.class, () -> WRITABLE.withSizeLimit(-1));
    assertThrows(
        IllegalArgumentException.class, () -> WRITABLE.withMinBlock(4096).withPreferredBlock(512));
    assertThrows(
        IllegalArgumentException.class, () -> new StoreOptions(true, 0, 0, 0, 1, false, false));
  }

  @Test
  void shouldNotServeOneFileTwice() throws IOException {
    String path = file(4096);
    try (BlockStore first = Stores.open(path, WRITABLE)) {
      assertRefused(Status.NOT_PERMITTED, path, "locked by another export");
      assertRefused(Status.NOT_PERMITTED, path, READ_ONLY, "locked by another export");
      assertEquals(4096, first.size());
    }
    Stores.open(path, WRITABLE).close();
  }

  @Test
  void shouldServeOneFileToManyReaders() throws IOException {
    String path = file(4096);
    try (BlockStore first = Stores.open(path, READ_ONLY);
        BlockStore second = Stores.open(path, READ_ONLY)) {
      assertEquals(first.size(), second.size());
      assertRefused(Status.NOT_PERMITTED, path, "locked by another export");
    }
  }

  @Test
  void shouldKeepTheLockWhenTheFileIsReadByOthersOfThisProcess() throws IOException {
    String path = file(4096);
    try (BlockStore store = Stores.open(path, WRITABLE)) {
      assertEquals(4096, Files.readAllBytes(Path.of(path)).length);
      assertRefused(Status.NOT_PERMITTED, path, "locked by another export");
      assertEquals(4096, store.size());
    }
  }

  @Test
  void shouldNotServeAFileThatAnotherProcessServes() throws IOException, InterruptedException {
    String path = file(4096);
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                path)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = holder.inputReader()) {
      assertEquals("holding 4096", output.readLine());
      assertRefused(Status.NOT_PERMITTED, path, "another process");
      holder.destroyForcibly().waitFor();
    }
    Stores.open(path, WRITABLE).close(); // the lock dies with its process
  }
}
