package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsProgram("fio")
class FioTest {
  @TempDir Path directory;

  @Test
  void shouldVerifyRandomMixedRequests() {
    verify(64, "--size=64m", "--io_size=64m", "--bsrange=512-128k");
  }

  @Test
  void shouldVerifyFourJobsOnConnectionsOfTheirOwn() {
    verify(256, "--numjobs=4", "--size=16m", "--offset_increment=64m", "--bsrange=4k-64k");
  }

  @Full
  @Test
  void shouldVerifyWritesAndFlushesOverAGibibyte() {
    verify(1024, "--size=1g", "--io_size=512m", "--bsrange=4k-512k", "--fsync=64");
  }

  @Full
  @Test
  void shouldVerifyFourJobsOverAGibibyte() {
    verify(1024, "--numjobs=4", "--size=128m", "--offset_increment=256m", "--bsrange=4k-1m");
  }

  private void verify(int mebibytes, String... options) {
    Path image = Images.sparse(directory.resolve("image"), (long) mebibytes << 20);
    try (Disk disk = Disk.of(directory, image)) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "fio",
                  "--name=verify",
                  "--ioengine=nbd",
                  "--uri=" + disk.uri(),
                  "--rw=randrw",
                  "--rwmixread=30",
                  "--bsrange=512-128k",
                  "--serialize_overlap=1",
                  "--iodepth=32",
                  "--verify=crc32c",
                  "--verify_fatal=1",
                  "--verify_backlog=1024",
                  "--randseed=7",
                  "--verify_state_save=0",
                  "--group_reporting"));
      command.addAll(List.of(options));
      Result result = Command.run(100, command).succeeded();
      assertTrue(result.out().contains("err= 0"), result::toString);
    }
  }
}
