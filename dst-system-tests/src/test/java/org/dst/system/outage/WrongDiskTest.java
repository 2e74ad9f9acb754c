package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.LoopDevice;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * While the server is down, another medium replaces the store's own, and the client holds unflushed
 * writes. Not one byte of that medium may change; the client waits for its own store.
 */
@Timeout(240)
class WrongDiskTest {
  private static final int SIZE = 16 << 20;
  private static final int SECONDS = 60;
  private static final String ANOTHER = "is a different medium than before";

  @TempDir Path directory;

  private final byte[] unflushed = new byte[64 << 10];
  private final byte[] waiting = new byte[4096];
  private Path own;
  private Path other;
  private Path untouched;
  private Path socket;

  private Storage storage;
  private Daemon client;
  private RawNbd nbd;

  @BeforeEach
  void makeImages() throws IOException {
    new Random(4711).nextBytes(unflushed);
    Arrays.fill(waiting, (byte) 5);
    own = Images.sparse(directory.resolve("a.img"), SIZE);
    other = Images.scattered(directory.resolve("b.img"), SIZE, 8);
    untouched = Files.copy(other, directory.resolve("untouched.img"));
    socket = directory.resolve("disk.sock");
  }

  @AfterEach
  void stopWhatATestLeft() {
    if (nbd != null) {
      nbd.close();
    }
    if (client != null) {
      client.kill();
    }
    if (storage != null) {
      storage.server().kill();
    }
  }

  private void attachAndWrite(String path) throws IOException {
    storage = new Storage(Path.of(path));
    client = Dst.attach(OutageDisk.attach(storage.target(), socket));
    nbd = RawNbd.transmitting(socket);
    nbd.write(0, unflushed);
    storage.kill();
  }

  /** The server is back with the other medium. */
  private void meetTheOtherMedium() throws IOException {
    storage.start();
    assertTrue(storage.server().err().contains(ANOTHER), storage.server()::err);
    client.awaitErr("is store", SECONDS);
    nbd.request(0, RawNbd.WRITE, 9, 1 << 20, waiting.length);
    nbd.payload(waiting);
    storage.server().awaitErr("refused", SECONDS);
    storage.kill();
    assertUntouched();
  }

  private void assertUntouched() {
    assertEquals(-1, Images.mismatch(untouched, other), "first byte that was changed");
  }

  /** The server is back with the medium of the client. */
  private void goOnWith(Path image) throws IOException {
    storage.start();
    assertFalse(storage.server().err().contains(ANOTHER), storage.server()::err);
    assertEquals(0, nbd.reply(9), "error of the write that waited");
    assertArrayEquals(unflushed, nbd.read(0, unflushed.length));
    nbd.flush();
    nbd.close();
    client.close();
    storage.close();
    byte[] whole = Files.readAllBytes(image);
    assertArrayEquals(unflushed, Arrays.copyOf(whole, unflushed.length));
    assertArrayEquals(waiting, Arrays.copyOfRange(whole, 1 << 20, (1 << 20) + waiting.length));
  }

  @Test
  void shouldNotTouchAnotherDiskUnderTheSameName() throws Exception {
    try (LoopDevice loop = LoopDevice.of(own)) {
      attachAndWrite(loop.path().toString());
      loop.show(other);
      meetTheOtherMedium();
      loop.show(own);
      goOnWith(own);
    }
    assertUntouched();
  }

  @Test
  void shouldNotTouchAFileThatReplacedTheFormerOne() throws Exception {
    attachAndWrite(own.toString());
    Path aside = Files.move(own, directory.resolve("aside.img"));
    Files.move(other, own);
    other = own;
    meetTheOtherMedium();
    other = Files.move(own, directory.resolve("b.img"));
    Files.move(aside, own);
    goOnWith(own);
    assertUntouched();
  }

  @Test
  void shouldNotTouchTheDiskThatALinkLeadsToNow() throws Exception {
    Path link = directory.resolve("by-id");
    try (LoopDevice one = LoopDevice.of(own);
        LoopDevice two = LoopDevice.of(other)) {
      Files.createSymbolicLink(link, one.path());
      attachAndWrite(link.toString());
      pointElsewhere(link, two.path());
      meetTheOtherMedium();
      pointElsewhere(link, one.path());
      goOnWith(own);
    }
    assertUntouched();
  }

  private void pointElsewhere(Path link, Path target) throws IOException {
    Path next = Files.createSymbolicLink(directory.resolve("next"), target);
    Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Devices change their names with a restart of the machine; the link leads to the disk. */
  @Test
  void shouldNotNoticeThatTheDiskHasAnotherName() throws Exception {
    Path link = directory.resolve("by-id");
    try (LoopDevice former = LoopDevice.of(own)) {
      Files.createSymbolicLink(link, former.path());
      attachAndWrite(link.toString());
      former.show(other);
      try (LoopDevice later = LoopDevice.of(own)) {
        pointElsewhere(link, later.path());
        nbd.request(0, RawNbd.WRITE, 9, 1 << 20, waiting.length);
        nbd.payload(waiting);
        goOnWith(own);
      }
    }
    assertUntouched();
  }

  /** A copy of everything, on a second address that the client knows. */
  @Test
  void shouldNotTouchAClone() throws Exception {
    Machine first = Machine.create();
    Daemon server = first.export(Storage.EXPORT + "=" + own);
    String address = Dst.address(server);
    String second = "127.0.0.1:" + freePort();
    client = Dst.attach(OutageDisk.attach(address + "," + second + "/" + Storage.EXPORT, socket));
    nbd = RawNbd.transmitting(socket);
    nbd.write(0, unflushed);
    Path clone = directory.resolve("clone.img");
    Command.run("cp", "-a", own.toString(), clone.toString()).succeeded();
    Machine copied = first.copy();
    byte[] before = Files.readAllBytes(clone);
    server.killAndWait();
    nbd.request(0, RawNbd.WRITE, 9, 1 << 20, waiting.length);
    nbd.payload(waiting);
    try (Daemon onClone = copied.exportOn(second, Storage.EXPORT + "=" + clone)) {
      assertTrue(onClone.err().contains(ANOTHER), onClone::err);
      client.awaitErr("is store", SECONDS);
      try (Daemon again = first.exportOn(address, Storage.EXPORT + "=" + own)) {
        assertEquals(0, nbd.reply(9), "error of the write that waited");
        assertArrayEquals(unflushed, nbd.read(0, unflushed.length));
        nbd.flush();
        nbd.close();
        client.close();
        assertTrue(again.isAlive(), again::err);
      }
    }
    assertArrayEquals(before, Files.readAllBytes(clone));
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
