package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsProgram("nbdcopy")
class NbdcopyTest {
  private static final int PIECES = 100;

  /** What a file system may allocate for its own tables, beyond the data. */
  private static final long SLACK = 1 << 20;

  @TempDir Path directory;

  @Test
  void shouldCopyASparseImageInAndOutUnchangedAndSparse() {
    copyInAndOut(64L << 20, "--flush");
  }

  @Full
  @Test
  void shouldCopyAGibibyteInAndOutUnchangedAndSparse() {
    copyInAndOut(1L << 30, "--flush");
  }

  @Test
  void shouldCopyOverFourConnections() {
    copyInAndOut(256L << 20, "--connections=4");
  }

  private void copyInAndOut(long size, String option) {
    Path original = Images.scattered(directory.resolve("original"), size, PIECES);
    Path exported = Images.sparse(directory.resolve("exported"), size);
    Path copy = directory.resolve("copy");
    try (Disk disk = Disk.of(directory, exported)) {
      Command.run("nbdcopy", option, original.toString(), disk.uri()).succeeded();
      assertSameAndSparse(original, exported);
      Command.run("nbdcopy", option, disk.uri(), copy.toString()).succeeded();
      assertSameAndSparse(original, copy);
    }
  }

  private static void assertSameAndSparse(Path original, Path copy) {
    assertEquals(-1, Images.mismatch(original, copy), () -> "first byte that differs in " + copy);
    long most = (long) PIECES * Images.PIECE + SLACK;
    long allocated = Images.allocated(copy);
    assertTrue(
        allocated <= most, () -> "%d bytes allocated (expected: <= %d)".formatted(allocated, most));
  }
}
