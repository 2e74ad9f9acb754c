package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsProgram("nbdinfo")
class NbdinfoTest {
  private static final long SIZE = 64 << 20;

  @TempDir Path directory;

  @Test
  void shouldTellEverythingAboutADisk() {
    Path image = Images.sparse(directory.resolve("image"), SIZE);
    try (Disk disk = Disk.of(directory, image, "--description", "a disk of the tests")) {
      Command.run("nbdinfo", "--json", disk.uri())
          .succeeded()
          .printed("\"protocol\": \"newstyle-fixed\"")
          .printed("\"TLS\": false")
          .printed("\"structured\": true")
          .printed("\"base:allocation\"")
          .printed("\"is_rotational\": ")
          .printed("\"is_read_only\": false")
          .printed("\"can_cache\": true")
          .printed("\"can_df\": true")
          .printed("\"can_fast_zero\": true")
          .printed("\"can_flush\": true")
          .printed("\"can_fua\": true")
          .printed("\"can_multi_conn\": true")
          .printed("\"can_trim\": true")
          .printed("\"can_zero\": true")
          .printed("\"block_size_minimum\": ")
          .printed("\"block_size_preferred\": ")
          .printed("\"block_size_maximum\": ")
          .printed("\"export-size\": " + SIZE);
      Command.run("nbdinfo", "--size", disk.uri()).succeeded().printed(SIZE + "\n");
    }
  }

  @Test
  void shouldSayThatAReadOnlyDiskIsReadOnly() {
    Path image = Images.sparse(directory.resolve("image"), SIZE);
    try (Disk disk = Disk.of(directory, image, "--read-only")) {
      Command.run("nbdinfo", "--json", disk.uri())
          .succeeded()
          .printed("\"is_read_only\": true")
          .printed("\"can_trim\": false")
          .printed("\"can_zero\": false");
      Command.run("nbdinfo", "--is", "readonly", disk.uri()).succeeded();
    }
  }

  @Test
  void shouldMapDataAndHoles() {
    Path image = Images.scattered(directory.resolve("image"), SIZE, 2);
    try (Disk disk = Disk.of(directory, image)) {
      Result map = Command.run("nbdinfo", "--map", disk.uri()).succeeded();
      String expected =
          """
                   0      262144    0  data
              262144    33292288    3  hole,zero
            33554432      262144    0  data
            33816576    33292288    3  hole,zero
          """;
      assertEquals(expected.replaceAll(" +", " ").strip(), map.out().replaceAll(" +", " ").strip());
    }
  }

  @Test
  void shouldListTheExport() {
    try (Disk disk = Disk.of(directory, "mem:64M", "--description", "a disk of the tests")) {
      Command.run("nbdinfo", "--list", disk.uri())
          .succeeded()
          .printed("export=\"%s\":".formatted(Disk.EXPORT))
          .printed("description: a disk of the tests")
          .printed("export-size: 67108864 (64M)");
    }
  }
}
