package org.dst.system.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Random;
import org.dst.platform.loop.NettyTransport;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both programs on each transport, with NBD clients on a Unix socket and on TCP. */
@Timeout(120)
class TransportTest {
  private static final int BLOCKS = 4096;
  private static final int PROGRESS = 500;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(NettyTransport.class)
  void shouldServeAUnixSocketAndBearAReset(NettyTransport transport) throws Exception {
    requireHere(transport);
    try (Storage storage = storage("--transport", transport.toString())) {
      assertTrue(storage.server().err().contains("transport " + transport), storage.server()::err);
      verifyThroughAReset(storage, transport);
    }
  }

  @Test
  void shouldServeAUnixSocketWithFilesAndLinksOnOneRing() throws Exception {
    requireHere(NettyTransport.IO_URING);
    try (Storage storage = storage("--engine", "uring", "--transport", "io_uring")) {
      verifyThroughAReset(storage, NettyTransport.IO_URING);
    }
  }

  @Full
  @ParameterizedTest
  @EnumSource(NettyTransport.class)
  void shouldServeTcp(NettyTransport transport) throws Exception {
    requireHere(transport);
    byte[] data = new byte[1 << 20];
    new Random(3).nextBytes(data);
    try (Storage storage = storage("--transport", transport.toString());
        Daemon client =
            Dst.attach(
                storage.target(), "--listen", "127.0.0.1:0", "--transport", transport.toString());
        RawNbd nbd = RawNbd.transmitting(client.ready(2))) {
      nbd.write(4096, data);
      nbd.request(0, RawNbd.FLUSH, 1, 0, 0);
      assertEquals(0, nbd.reply(1), "errno of a flush");
      assertArrayEquals(data, nbd.read(4096, data.length), "what was read back");
    }
  }

  private Storage storage(String... options) {
    Path image = Images.sparse(directory.resolve("image"), (long) BLOCKS * BlockModel.BLOCK);
    return new Storage(image, options);
  }

  private void verifyThroughAReset(Storage storage, NettyTransport transport) throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client =
            Dst.attach(
                proxy.address() + "/" + Storage.EXPORT,
                "--socket",
                socket.toString(),
                "--transport",
                transport.toString());
        VerifyingWriter writer =
            new VerifyingWriter(socket, new BlockModel(BLOCKS), 7, VerifyingWriter.Mix.ALL)) {
      assertTrue(client.err().contains("transport " + transport), client::err);
      writer.awaitProgress(PROGRESS);
      proxy.reset();
      writer.awaitProgress(PROGRESS);
      writer.finish();
      writer.flushAndVerify();
    }
  }

  private static void requireHere(NettyTransport transport) {
    String reason = transport.unavailability();
    assumeTrue(reason == null, () -> transport + " cannot be had here: " + reason);
  }
}
