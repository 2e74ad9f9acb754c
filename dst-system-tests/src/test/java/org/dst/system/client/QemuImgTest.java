package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsProgram("qemu-img")
class QemuImgTest {
  private static final long SIZE = 64 << 20;

  @TempDir Path directory;

  @Test
  void shouldTellTheSizeOfADisk() {
    try (Disk disk = Disk.of(directory, "mem:64M")) {
      Command.run("qemu-img", "info", "--output=json", disk.uri())
          .succeeded()
          .printed("\"virtual-size\": " + SIZE)
          .printed("\"format\": \"raw\"");
    }
  }

  @Test
  void shouldMapDataAndHoles() {
    Path image = Images.scattered(directory.resolve("image"), SIZE, 2);
    try (Disk disk = Disk.of(directory, image)) {
      Command.run("qemu-img", "map", "--output=json", "-f", "raw", disk.uri())
          .succeeded()
          .printed("{ \"start\": 0, \"length\": 262144, \"depth\": 0, \"present\": true,")
          .printed("{ \"start\": 33554432, \"length\": 262144, \"depth\": 0, \"present\": true,");
    }
  }

  @Test
  void shouldConvertAnImageToADiskAndBack() {
    Path image = Images.scattered(directory.resolve("image"), SIZE, 20);
    Path qcow = directory.resolve("image.qcow2");
    Path exported = Images.sparse(directory.resolve("exported"), SIZE);
    convert(image.toString(), "raw", qcow.toString(), "qcow2");
    try (Disk disk = Disk.of(directory, exported)) {
      Command.run(
              "qemu-img", "convert", "-n", "-f", "qcow2", "-O", "raw", qcow.toString(), disk.uri())
          .succeeded();
      assertEquals(-1, Images.mismatch(image, exported), "first byte that differs");
      assertTrue(Images.allocated(exported) < SIZE / 2, "the disk is no longer sparse");
      Path back = directory.resolve("back.qcow2");
      convert(disk.uri(), "raw", back.toString(), "qcow2");
      compare(image.toString(), back.toString()).succeeded();
    }
  }

  @Test
  void shouldCompareADiskWithAnImage() {
    Path image = Images.scattered(directory.resolve("image"), SIZE, 20);
    Path exported = Images.scattered(directory.resolve("exported"), SIZE, 20);
    Path other = Images.scattered(directory.resolve("other"), SIZE, 21);
    try (Disk disk = Disk.of(directory, exported, "--read-only")) {
      compare(image.toString(), disk.uri()).succeeded().printed("Images are identical.");
      compare(other.toString(), disk.uri()).exited(1).printed("Content mismatch");
    }
  }

  private static void convert(String from, String fromFormat, String to, String toFormat) {
    Command.run("qemu-img", "convert", "-f", fromFormat, "-O", toFormat, from, to).succeeded();
  }

  private static Result compare(String a, String b) {
    String format = b.endsWith(".qcow2") ? "qcow2" : "raw";
    return Command.run("qemu-img", "compare", "-f", "raw", "-F", format, a, b);
  }
}
