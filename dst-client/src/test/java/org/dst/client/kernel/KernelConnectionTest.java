package org.dst.client.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.BlockRequest;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.nbd.NbdServer;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Features;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The negotiation that the kernel is spared, with the real NBD server. */
@Timeout(30)
class KernelConnectionTest {
  private static final int FLUSHES_AND_FUA = 1 | 1 << 2 | 1 << 3 | 1 << 8;

  @TempDir Path directory;
  private EventLoopGroup loops;
  private NbdServer server;
  private Path socket;

  /** A disk that can be flushed. */
  private record Disk(DeviceInfo info) implements BlockDevice {
    @Override
    public void onChange(Consumer<DeviceInfo> listener) {
      // it never changes
    }

    @Override
    public void submit(BlockRequest request) {
      Status status = request.opcode() == Opcode.FLUSH ? Status.OK : Status.IO_ERROR;
      request.loop().execute(() -> request.completed(status, null));
    }
  }

  @BeforeEach
  void serve() throws IOException {
    loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    DeviceInfo info =
        new DeviceInfo("disk", "", 100_000, 1, 4096, false, Features.FLUSH | Features.FUA);
    server = new NbdServer(loops, new Disk(info), NbdLimits.DEFAULT);
    socket = directory.resolve("socket");
    server.listenUnix(socket, NbdServer.OWNER_ONLY);
  }

  @AfterEach
  void stop() {
    server.close(Duration.ofSeconds(1)).join();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void shouldLearnSizeAndFlags() throws IOException {
    try (KernelConnection connection = KernelConnection.open(socket, "disk")) {
      assertEquals(100_000, connection.size());
      assertEquals(FLUSHES_AND_FUA, connection.flags());
    }
  }

  @Test
  void shouldLeaveTheSocketAtTheFirstByteOfTheTransmission() throws IOException {
    try (KernelConnection connection = KernelConnection.open(socket, "disk")) {
      ByteBuffer flush = ByteBuffer.allocate(28).putInt(0x25609513).putShort((short) 0);
      flush.putShort((short) 3).putLong(0x1122334455667788L);
      connection.socket().send(flush.array());
      byte[] reply = connection.socket().receive(100);
      ByteBuffer expected = ByteBuffer.allocate(16).putInt(0x67446698).putInt(0);
      assertEquals(
          expected.putLong(0x1122334455667788L).flip(), ByteBuffer.wrap(reply), "a simple reply");
    }
  }

  @Test
  void shouldSayThatAnExportIsRefused() {
    IOException refused =
        assertThrows(IOException.class, () -> KernelConnection.open(socket, "another"));
    assertTrue(refused.getMessage().contains("to GO"), refused::toString);
  }

  @Test
  void shouldSayThatNobodyServesTheSocket() {
    ErrnoException missing =
        assertThrows(
            ErrnoException.class, () -> KernelConnection.open(directory.resolve("none"), "disk"));
    assertEquals(Errno.ENOENT, missing.errno());
  }
}
