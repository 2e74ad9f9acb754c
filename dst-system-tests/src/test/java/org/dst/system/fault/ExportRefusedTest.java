package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.system.harness.Bystander;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export that cannot be had: {@code dstd} says why in one line. */
class ExportRefusedTest {
  @TempDir Path directory;

  @Test
  void shouldSayThatAFileIsMissing() {
    Path missing = directory.resolve("missing.img");
    export("disk=" + missing).exited(Dst.CONFIGURATION).complainedOnce("missing.img");
  }

  @Test
  void shouldSayThatADirectoryIsNoDisk() {
    export("disk=" + directory)
        .exited(Dst.CONFIGURATION)
        .complainedOnce(directory.getFileName().toString());
  }

  @Test
  void shouldSayThatAFileIsLockedAndLeaveItsOwnerInPeace() {
    Path image = Images.sparse(directory.resolve("image"), 64 << 20);
    try (Disk disk = Disk.of(directory, image);
        Bystander bystander = new Bystander(disk.socket())) {
      export("disk=" + image).exited(Dst.CONFIGURATION).complainedOnce("image");
      bystander.assertUndisturbed();
    }
  }

  @Test
  void shouldSayThatThePortIsInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(other.getLocalPort());
      Dst.dstd("export", "disk=mem:1M", "--listen", "127.0.0.1:" + port)
          .exited(Dst.CONFIGURATION)
          .complainedOnce(port);
    }
  }

  @Test
  void shouldSayThatTwoExportsHaveTheSameName() {
    export("twin=mem:1M", "twin=mem:2M").exited(Dst.USAGE).complainedOnce("twin");
  }

  @Test
  void shouldSayThatASizeIsNoNumber() {
    export("disk=mem:lots").exited(Dst.USAGE).complainedOnce("lots");
  }

  @Test
  void shouldRefuseBadArguments() throws IOException {
    Path image = Files.writeString(directory.resolve("image"), "x".repeat(4096));
    assertUsage(Dst.dstd("export", "--listen", "127.0.0.1:0"));
    assertUsage(export("no-path"));
    assertUsage(export("disk=" + image, "--allow", "300.1.2.3/99"));

    assertUsage(Dst.dstd("export", "disk=" + image, "--listen", "127.0.0.1:99999"));
    assertEquals("x".repeat(4096), Files.readString(image), "the file");
  }

  private static void assertUsage(Result result) {
    result.exited(Dst.USAGE);
    assertEquals(-1, result.err().indexOf("\tat "), result::toString);
  }

  private static Result export(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "export";
    all[1] = "--listen";
    all[2] = "127.0.0.1:0";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Dst.dstd(all);
  }
}
