package org.dst.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.nbd.NbdServer;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Opcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The self-check, against a disk behind a real NBD socket that is right, and that is not. */
@Timeout(60)
class SelfCheckTest {
  private static final int BLOCK = 256 << 10;
  private static final int SIZE = 64 * BLOCK + 4096;

  @TempDir Path directory;

  private final FaultyDisk disk = new FaultyDisk(SIZE);
  private final EventLoopGroup loops = NettyTransport.best().newLoops(1, "self-check-test");
  private Path socket;
  private NbdServer server;

  @BeforeEach
  void serve() throws IOException {
    server = new NbdServer(loops, disk, NbdLimits.DEFAULT);
    socket = directory.resolve("s");
    server.listenUnix(socket, NbdServer.OWNER_ONLY);
  }

  @AfterEach
  void stop() {
    server.close(Duration.ofSeconds(5)).join();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void shouldPassADiskThatIsRight() throws IOException {
    SelfCheck.Result result = check(32L * BLOCK);
    assertEquals(32L * BLOCK, result.bytes());
    assertTrue(result.writeSeconds() > 0 && result.readSeconds() > 0, result::toString);
  }

  @Test
  void shouldCheckNoMoreThanThereIsAndNoLessThanABlock() throws IOException {
    assertEquals(64L * BLOCK, check(Long.MAX_VALUE).bytes());
    assertEquals(BLOCK, check(1).bytes());
  }

  @Test
  void shouldFindAByteThatChanged() {
    disk.flip(5L * BLOCK + 4711);
    assertWrongAt(5L * BLOCK + 4711);
  }

  @Test
  void shouldFindTheLastByteOfABlock() {
    disk.flip(64L * BLOCK - 1);
    assertWrongAt(64L * BLOCK - 1);
  }

  @Test
  void shouldFindWritesThatWereDropped() throws IOException {
    check(SIZE); // what is there now is right, but of another run
    disk.place((opcode, offset) -> opcode == Opcode.WRITE && offset == 3L * BLOCK ? -1 : offset);
    assertWrongAt(3L * BLOCK);
  }

  @Test
  void shouldFindBlocksInEachOthersPlace() {
    disk.place((opcode, offset) -> opcode == Opcode.WRITE ? offset ^ BLOCK : offset);
    assertWrongAt(0);
  }

  @Test
  void shouldReportAFailedRequest() {
    for (Opcode opcode : new Opcode[] {Opcode.WRITE, Opcode.FLUSH, Opcode.READ}) {
      disk.fail(opcode);
      IOException failed = assertThrows(IOException.class, () -> check(SIZE));
      assertTrue(failed.getMessage().contains("I/O error"), failed::getMessage);
    }
  }

  private void assertWrongAt(long offset) {
    var wrong = assertThrows(SelfCheck.WrongDataException.class, () -> check(SIZE));
    assertTrue(wrong.getMessage().startsWith("byte " + offset + " "), wrong::getMessage);
  }

  private SelfCheck.Result check(long bytes) throws IOException {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return SelfCheck.run(socket, bytes, System.nanoTime(), new Progress(nowhere, false));
  }
}
