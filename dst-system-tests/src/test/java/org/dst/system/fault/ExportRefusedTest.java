package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.system.harness.Bystander;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export that fails to start: {@code dstd} gives the reason in one line. */
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
  void shouldSayThatAPathIsALoopOfLinks() throws IOException {
    Path one = directory.resolve("one");
    Path other = directory.resolve("other");
    Files.createSymbolicLink(one, other);
    Files.createSymbolicLink(other, one);
    export("disk=" + one)
        .exited(Dst.CONFIGURATION)
        .complainedOnce(one.toString(), "symbolic links");
  }

  @Test
  void shouldSayThatAFileSystemHasNoDirectIo() {
    export("disk=mem:1M,direct").exited(Dst.USAGE).complainedOnce("memory has no page cache");
    export("disk=/proc/version,read-only,direct")
        .exited(Dst.CONFIGURATION)
        .complainedOnce("/proc/version", "O_DIRECT", "without the option direct");
  }

  @Test
  void shouldSayThatADeviceIsMounted() throws IOException {
    Path image = Images.sparse(directory.resolve("image"), 64 << 20);
    Path mount = Files.createDirectory(directory.resolve("mount"));
    Result made = Command.run("mkfs.ext4", "-q", image.toString());
    assumeTrue(made.exit() == 0, () -> "no mkfs.ext4: " + made.err());
    Result losetup = Command.run("losetup", "--find", "--show", image.toString());
    assumeTrue(losetup.exit() == 0, () -> "no loop device: " + losetup.err());
    String device = losetup.out().strip();
    try {
      Result mounted = Command.run("mount", device, mount.toString());
      assumeTrue(mounted.exit() == 0, () -> "no mount: " + mounted.err());
      export("disk=" + device)
          .exited(Dst.CONFIGURATION)
          .complainedOnce(device, "in use by this system: mounted");
      export("disk=" + device + ",direct").exited(Dst.CONFIGURATION).complainedOnce("mounted");
    } finally {
      Command.run("umount", mount.toString());
      Command.run("losetup", "--detach", device);
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
