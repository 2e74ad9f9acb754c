package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.key.Secret;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.codec.InPlaceReceiver;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.ServerCounter;
import org.dst.server.port.NegotiatedLink;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged writes on a server's links, each on its own link that starts after the handshake: the
 * writes before the damaged one are executed, it and those after it are not.
 */
@ExtendWith(Watch.class)
@Timeout(60)
class MutatedTransactionsTest {
  private static final int BEFORE = 1;
  private static final int DAMAGED = 2;
  private static final int BEHIND = 3;

  @TempDir Path directory;

  private final Random random = new Random(6);
  private final QuietLog log = new QuietLog();
  private final RecordCrypto crypto = new RecordCrypto(0, null);
  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /** Secrets of the links that are about to come, in their order. */
  private final Queue<HandshakeResult> secrets = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    log.close();
    crypto.close();
  }

  /** Accepts links whose handshake is thought to have been. */
  private InetSocketAddress listen(SecuredServer server) {
    return (InetSocketAddress)
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    InPlaceReceiver.of(channel);
                    new NegotiatedLink(
                            channel,
                            SecurityMode.PSK,
                            "aes-256-gcm",
                            "crc32c",
                            secrets.remove(),
                            keys.ofServer())
                        .link(server.server);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel()
            .localAddress();
  }

  /** A write to the block of its number, of bytes that are that number. */
  private static byte[] write(int number) {
    byte[] block = new byte[BlockModel.BLOCK];
    Arrays.fill(block, (byte) number);
    return RawDst.bytes(
        Opcode.WRITE,
        number,
        header -> header.watermark(1).range((long) number * block.length, block.length),
        out -> out.writeBytes(block));
  }

  private static void record(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    in.readFully(new byte[in.readInt()]);
  }

  /** How many records come before the end. */
  private static int records(Socket socket) {
    int count = 0;
    try {
      while (true) {
        record(socket);
        count++;
      }
    } catch (IOException end) {
      return count;
    }
  }

  private void damageOne(InetSocketAddress port) throws IOException {
    Secret there = Secret.random();
    Secret back = Secret.random();
    var client = new SealedFrames(there.bytes(), back.bytes(), crypto);
    byte[] attach =
        client.seal(
            RawDst.bytes(
                Opcode.ATTACH, 0, header -> {}, RawDst.attach("disk", Access.READ_WRITE)::encode));
    byte[] before = client.seal(write(BEFORE));
    byte[] genuine = client.seal(write(DAMAGED));
    byte[] behind = client.seal(write(BEHIND));
    byte[] damaged = Damage.any(genuine, random);
    secrets.add(new HandshakeResult(there, back, new byte[32], "shared", null));
    try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
      socket.setSoTimeout(20_000);
      socket.setSoLinger(true, 0); // its port is free at once
      socket.getOutputStream().write(attach);
      record(socket);
      socket.getOutputStream().write(Damage.concat(before, damaged, behind));
      socket.shutdownOutput();
      int replies = records(socket);
      int most = Damage.isNone(damaged, behind, genuine) ? DAMAGED : BEFORE;
      assertTrue(replies <= most, replies + " replies");
    }
  }

  private void damage(int count) throws Exception {
    Path image =
        Images.sparse(directory.resolve("image"), (long) SecuredServer.BLOCKS * BlockModel.BLOCK);
    try (SecuredServer server = SecuredServer.of(Pace.PATIENT, keys, image, null, 0)) {
      InetSocketAddress port = listen(server);
      for (int i = 0; i < count; i++) {
        damageOne(port);
      }
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
      assertEquals(count, server.count(ServerCounter.ATTACHES), "attaches");
      assertEquals(0, server.count(ServerCounter.CHECKSUM_FAILURES), "the tag is looked at first");
    }
    byte[] stored = Files.readAllBytes(image);
    for (int block = 0; block < SecuredServer.BLOCKS; block++) {
      byte[] expected = new byte[BlockModel.BLOCK];
      if (block == BEFORE || block == DAMAGED && stored[block * BlockModel.BLOCK] != 0) {
        Arrays.fill(expected, (byte) block);
      }
      int from = block * BlockModel.BLOCK;
      assertArrayEquals(
          expected, Arrays.copyOfRange(stored, from, from + BlockModel.BLOCK), "block " + block);
    }
  }

  @Test
  void shouldWriteNothingThatWasDamaged() throws Exception {
    damage(200);
  }

  @Full
  @Test
  void shouldWriteNothingOfThousandsThatWereDamaged() throws Exception {
    long before = ProcessMemory.used();
    try (var _ = new LeakSampling()) {
      damage(5_000);
    }
    assertTrue(
        ProcessMemory.used() - before < ProcessMemory.LEEWAY,
        () -> ProcessMemory.used() + " bytes in use");
  }
}
