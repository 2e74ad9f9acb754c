package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.dst.system.harness.Bystander;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The path of an attachment's Unix socket: what may be in the way, what it leaves behind, and who
 * may connect.
 */
class SocketPathTest {
  private static final Machine MACHINE = Machine.create();

  private static Daemon server;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    server = Dst.export("disk=mem:64M", "other=mem:64M");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldNotTouchAFileThatIsInTheWay() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "precious");
    attach("disk", file).exited(Dst.CONFIGURATION).complainedOnce(file.toString());
    assertEquals("precious", Files.readString(file), "the file in the way");
  }

  @Test
  void shouldNotTakeTheSocketOfAnotherAttachment() {
    Path socket = directory.resolve("disk.sock");
    try (Daemon first = MACHINE.attach(target("disk"), "--socket", socket.toString());
        Bystander bystander = new Bystander(socket)) {
      attach("other", socket).exited(Dst.CONFIGURATION).complainedOnce(socket.toString());
      bystander.assertUndisturbed();
      assertEquals(socket.toString(), first.ready(2), "where the first one listens");
    }
    assertFalse(Files.exists(socket), "the socket is left behind");
  }

  @Test
  void shouldReplaceTheSocketOfOneThatWasKilled() throws Exception {
    Path socket = directory.resolve("disk.sock");
    Daemon killed = MACHINE.attach(target("disk"), "--socket", socket.toString());
    killed.killAndWait();
    try (Daemon successor = MACHINE.attach(target("disk"), "--socket", socket.toString());
        RawNbd nbd = RawNbd.transmitting(socket)) {
      assertEquals(512, nbd.read(0, 512).length);
      assertEquals(socket.toString(), successor.ready(2), "where the successor listens");
    }
  }

  @Test
  void shouldSayThatTheDirectoryIsMissing() {
    Path socket = directory.resolve("missing/disk.sock");
    attach("disk", socket).exited(Dst.CONFIGURATION).complainedOnce(socket.toString());
  }

  @Test
  void shouldSayThatThePathIsTooLong() {
    Path socket = directory.resolve("x".repeat(120));
    attach("disk", socket).exited(Dst.CONFIGURATION).complainedOnce("x".repeat(120));
  }

  @Test
  void shouldSayThatThePortIsInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(other.getLocalPort());
      MACHINE
          .dst("attach", target("disk"), "--listen", "127.0.0.1:" + port)
          .exited(Dst.CONFIGURATION)
          .complainedOnce(port);
    }
  }

  @Test
  void shouldLetOnlyItsOwnerConnect() throws IOException {
    Path socket = directory.resolve("disk.sock");
    try (Daemon client = MACHINE.attach(target("disk"), "--socket", socket.toString())) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)),
          () -> "permissions of the socket of " + client.pid());
    }
  }

  private static String target(String export) {
    return Dst.address(server) + "/" + export;
  }

  private static Result attach(String export, Path socket) {
    return MACHINE.dst("attach", target(export), "--socket", socket.toString());
  }
}
