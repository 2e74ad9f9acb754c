package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsProgram("qemu-io")
class QemuIoTest {
  private static final long SIZE = 64 << 20;

  @TempDir Path directory;

  @Test
  void shouldReadBackWhatWasWrittenInAnySize() {
    try (Disk disk = file()) {
      qemuIo(
              disk,
              "write -P 0x11 0 512",
              "write -P 0x22 512 4k",
              "write -P 0x33 1M 3M",
              "write -P 0x44 32M 32M",
              "write -P 0x55 67108352 512",
              "flush",
              "read -P 0x11 0 512",
              "read -P 0x22 512 4k",
              "read -P 0 4608 1043968",
              "read -P 0x33 1M 3M",
              "read -P 0x44 32M 33553920",
              "read -P 0x55 67108352 512")
          .succeeded();
    }
  }

  @Test
  void shouldReadZeroesWhereARangeWasDiscardedOrZeroed() {
    try (Disk disk = file()) {
      qemuIo(
              disk,
              "write -P 0x77 0 16M",
              "discard 1M 1M",
              "write -z 4M 1M",
              "write -z -u 6M 1M",
              "write -z -f 8M 64k",
              "read -P 0x77 0 1M",
              "read -P 0 1M 1M",
              "read -P 0x77 2M 2M",
              "read -P 0 4M 1M",
              "read -P 0x77 5M 1M",
              "read -P 0 6M 1M",
              "read -P 0 8M 64k",
              "read -P 0x77 8454144 7M")
          .succeeded();
    }
  }

  @Test
  void shouldGiveSpaceBackWhenDiscarding() {
    Path image = directory.resolve("image");
    try (Disk disk = file()) {
      qemuIo(disk, "write -P 0x77 0 16M", "flush").succeeded();
      assertTrue(Images.allocated(image) >= 16 << 20, "written data is not allocated");
      qemuIo(disk, "discard 0 16M", "flush").succeeded();
      assertTrue(Images.allocated(image) <= 1 << 20, "discarded data is still allocated");
    }
  }

  @Test
  void shouldKeepSpaceWhenZeroingWithoutHoles() {
    Path image = directory.resolve("image");
    try (Disk disk = file()) {
      qemuIo(disk, "write -P 0x77 0 16M", "write -z 0 16M", "flush").succeeded();
      assertTrue(Images.allocated(image) >= 16 << 20, "zeroed without -u, and yet a hole");
    }
  }

  @Test
  void shouldAnswerManyRequestsInFlight() {
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      commands.add("aio_write -P %d %dk 60k".formatted(i + 1, i * 64));
    }
    commands.add("aio_flush");
    for (int i = 0; i < 64; i++) {
      commands.add("aio_read -P %d %dk 60k".formatted(i + 1, i * 64));
    }
    commands.add("aio_flush");
    try (Disk disk = file()) {
      qemuIo(disk, commands.toArray(String[]::new)).succeeded();
    }
  }

  @Test
  void shouldFailToWriteToAReadOnlyDisk() {
    Path image = Images.scattered(directory.resolve("image"), SIZE, 2);
    try (Disk disk = Disk.of(directory, image, "--read-only")) {
      Result refused = qemuIo(disk, "write -P 1 0 4k");
      refused.exited(1);
      assertTrue(refused.err().contains("can't open device"), refused::toString);
    }
  }

  private Disk file() {
    return Disk.of(directory, Images.sparse(directory.resolve("image"), SIZE));
  }

  private static Result qemuIo(Disk disk, String... commands) {
    List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "raw"));
    for (String one : commands) {
      command.add("-c");
      command.add(one);
    }
    command.add(disk.uri());
    Result result = Command.run(60, command);
    assertFalse(result.out().contains("verification failed"), result::toString);
    return result;
  }
}
