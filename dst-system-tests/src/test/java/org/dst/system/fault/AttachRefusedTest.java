package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.dst.system.harness.Bystander;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An attach that fails: one line gives the reason, and the exit code its kind. */
class AttachRefusedTest {
  @TempDir static Path directory;

  private static Daemon server;
  private static Daemon calm;
  private static Bystander bystander;

  private Path socket;

  @BeforeAll
  static void start() {
    server = Dst.export("disk=mem:64M", "calm=mem:64M");
    Path calmSocket = directory.resolve("calm.sock");
    calm = Dst.attach(Dst.address(server) + "/calm", "--socket", calmSocket.toString());
    bystander = new Bystander(calmSocket);
  }

  @AfterAll
  static void stop() {
    Closing.inOrder(bystander, calm, server);
  }

  @BeforeEach
  void chooseSocket() {
    socket = directory.resolve("refused.sock");
  }

  @AfterEach
  void leavesNothingBehind() {
    assertFalse(Files.exists(socket), "a socket is left behind");
    bystander.assertUndisturbed();
  }

  @Test
  void shouldNameAnExportThatTheServerDoesNotHave() {
    attach(Dst.address(server) + "/nosuch").exited(Dst.REFUSED).complainedOnce("nosuch");
  }

  @Test
  void shouldSayThatNobodyListens() throws IOException {
    int port = unusedPort();
    attach("127.0.0.1:" + port + "/disk")
        .exited(Dst.UNREACHABLE)
        .complainedOnce("127.0.0.1", Integer.toString(port));
  }

  @Test
  void shouldSayThatAHostHasNoAddress() {
    attach("no-such-host.invalid/disk")
        .exited(Dst.UNREACHABLE)
        .complainedOnce("no-such-host.invalid");
  }

  @Test
  void shouldSayThatAnHttpServerIsNotDst() throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    http.start();
    try {
      String address = "127.0.0.1:" + http.getAddress().getPort();
      attach(address + "/disk").exited(Dst.NOT_DST).complainedOnce(address);
      Dst.dst("list", address).exited(Dst.NOT_DST).complainedOnce(address);
      Dst.dst("ping", address).exited(Dst.NOT_DST).complainedOnce(address);
    } finally {
      http.stop(0);
    }
  }

  @Test
  @NeedsProgram("nbdkit")
  void shouldSayThatAnNbdServerIsNotDst() throws IOException {
    int port = unusedPort();
    List<String> nbdkit =
        List.of("sh", "-c", "exec nbdkit -f -v -i 127.0.0.1 -p " + port + " memory 1M 2>&1");
    try (Daemon peer = Daemon.start(nbdkit, Pattern.compile("bound to IP address"))) {
      attach("127.0.0.1:" + port + "/disk").exited(Dst.NOT_DST).complainedOnce("127.0.0.1:" + port);
      assertTrue(peer.isAlive(), "nbdkit has ended");
    }
  }

  @Test
  void shouldSayThatAServerHangsUp() throws IOException {
    try (ServerSocket rude = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> hangUp(rude));
      attach("127.0.0.1:" + rude.getLocalPort() + "/disk")
          .exited(Dst.NOT_DST)
          .complainedOnce("127.0.0.1:" + rude.getLocalPort());
    }
  }

  @Full
  @Test
  void shouldGiveUpOnAServerThatSaysNothing() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      attach("127.0.0.1:" + silent.getLocalPort() + "/disk")
          .exited(Dst.UNREACHABLE)
          .complainedOnce("127.0.0.1:" + silent.getLocalPort(), "did not answer");
    }
  }

  @Test
  void shouldSayThatTheAddressIsNotAllowed() {
    try (Daemon closed = Dst.export("disk=mem:64M", "--allow", "10.99.0.0/16")) {
      attach(Dst.address(closed) + "/disk")
          .exited(Dst.REFUSED)
          .complainedOnce("not offered to 127.0.0.1");
    }
  }

  @Test
  void shouldRefuseBadArguments() {
    Result noSocket = Dst.dst("attach", Dst.address(server) + "/disk").exited(Dst.USAGE);
    assertFalse(noSocket.err().contains("Exception"), noSocket::toString);
    Result noExport = attach(Dst.address(server)).exited(Dst.USAGE);
    assertFalse(noExport.err().contains("Exception"), noExport::toString);
    Result badPort = attach("127.0.0.1:99999/disk").exited(Dst.USAGE);
    assertFalse(badPort.err().contains("Exception"), badPort::toString);
  }

  private Result attach(String target) {
    return Dst.dst("attach", target, "--socket", socket.toString());
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static void hangUp(ServerSocket rude) {
    try {
      while (true) {
        rude.accept().close();
      }
    } catch (IOException closed) {
      // the test is over
    }
  }
}
