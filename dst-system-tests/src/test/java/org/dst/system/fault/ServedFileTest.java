package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Result;
import org.dst.system.harness.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A served file is deleted, renamed or replaced: this is reported at once, and the open file is
 * still served.
 */
@Timeout(120)
class ServedFileTest {
  private static final int SIZE = 1 << 20;
  private static final int SECONDS = 20;

  @TempDir Path directory;

  private final Machine machine = Machine.create();
  private Path image;
  private String device = "";

  @BeforeEach
  void makeImage() throws IOException {
    image = Images.sparse(directory.resolve("image"), SIZE);
  }

  @AfterEach
  void detachDevice() {
    if (!device.isEmpty()) {
      Command.run("losetup", "--detach", device);
    }
  }

  private RawNbd nbd() throws IOException {
    return RawNbd.transmitting(directory.resolve("nbd"));
  }

  private Daemon attach(Daemon server) {
    return machine.attach(
        Dst.address(server) + "/disk", "--socket", directory.resolve("nbd").toString());
  }

  private Status awaitState(String state) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      Status status = machine.exportStatus();
      if (status.text("state").equals(state)) {
        return status;
      }
      if (end - System.nanoTime() < 0) {
        fail("not %s after %d s: %s".formatted(state, SECONDS, status));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static byte[] pattern() {
    byte[] bytes = new byte[4096];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  private static int warnings(Daemon server, String text) {
    return (int)
        server.err().lines().filter(line -> line.contains("WARN") && line.contains(text)).count();
  }

  @Test
  void shouldSayThatTheFileWasDeletedAndFromWhereItCanBeRescued() throws IOException {
    try (Daemon server = machine.export("disk=" + image);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      assertEquals("ok", machine.exportStatus().text("state"));
      Files.delete(image);
      String trouble = awaitState("deleted").text("trouble");
      nbd.write(0, pattern());
      assertArrayEquals(pattern(), nbd.read(0, 4096), "clients go on");
      machine.dstd("status").succeeded().printed("deleted: " + image + " was deleted");
      nbd.flush();
      String open = trouble.replaceAll(".*copy (/proc/\\S+) .*", "$1");
      assertEquals(server.pid(), Long.parseLong(open.split("/")[2]));
      Files.copy(Path.of(open), image);
      assertArrayEquals(pattern(), Arrays.copyOf(Files.readAllBytes(image), 4096));
      awaitState("replaced"); // by a copy, which does not follow what is written from now on
      assertEquals(1, warnings(server, "was deleted"), server::err);
      assertEquals(1, warnings(server, "leads elsewhere"), server::err);
      assertTrue(client.isAlive());
    }
  }

  @Test
  void shouldNoticeThatTheFileWasReplacedAndThatItIsBack() throws IOException {
    Path kept = Files.createLink(directory.resolve("kept"), image);
    Path other = Images.sparse(directory.resolve("other"), SIZE);
    try (Daemon server = machine.export("disk=" + image);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      Files.move(other, image, StandardCopyOption.REPLACE_EXISTING);
      awaitState("replaced");
      server.awaitErr("'disk': " + image + " leads elsewhere", SECONDS);
      nbd.write(0, pattern());
      nbd.flush();
      assertArrayEquals(new byte[SIZE], Files.readAllBytes(image), "the other file");
      Files.move(image, other);
      awaitState("moved");
      Files.move(kept, image);
      awaitState("ok");
      server.awaitErr("INFO  'disk': " + image + " leads to the open store again", SECONDS);
      assertArrayEquals(pattern(), nbd.read(0, 4096));
      assertTrue(client.isAlive());
    }
  }

  @Test
  void shouldNoticeASymbolicLinkThatLeadsElsewhere() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), image);
    try (Daemon server = machine.export("disk=" + link)) {
      Files.delete(link);
      Files.createSymbolicLink(link, Images.sparse(directory.resolve("other"), SIZE));
      awaitState("replaced");
      server.awaitErr(link + " leads elsewhere", SECONDS);
    }
  }

  @Test
  void shouldNoticeThatADeviceNodeIsGone() throws IOException {
    Result losetup = Command.run("losetup", "--find", "--show", image.toString());
    assumeTrue(losetup.exit() == 0, () -> "no loop device: " + losetup.err().strip());
    device = losetup.out().strip();
    Path node = directory.resolve("node");
    Result mknod = makeNode(node);
    assumeTrue(mknod.exit() == 0, () -> "no node: " + mknod.err().strip());
    try (Daemon server = machine.export("disk=" + node)) {
      assertEquals("ok", machine.exportStatus().text("state"));
      Files.delete(node);
      awaitState("deleted");
      server.awaitErr(node + " is gone", SECONDS);
      makeNode(node).succeeded();
      awaitState("ok");
    }
  }

  private Result makeNode(Path node) {
    String minor = device.replaceAll("\\D", "");
    return Command.run("mknod", node.toString(), "b", "7", minor);
  }
}
