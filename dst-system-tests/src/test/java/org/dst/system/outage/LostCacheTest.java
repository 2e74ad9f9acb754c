package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Status;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.dst.system.harness.VolatileCacheDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Acknowledged but unflushed writes are lost underneath the server. */
@Timeout(120)
class LostCacheTest {
  private static final int CRASHES = 2;
  private static final int PIECE = 64;

  /** What 300 writes of up to 16 blocks leave at the least on a disk of 4096. */
  private static final long WRITTEN = 1 << 20;

  @TempDir Path directory;

  private final Machine machine = Machine.create();

  /**
   * The disk's contents go back to what they were at the last flush, every block of them: what a
   * power loss may do at worst. There is none in the load, so that is a disk of zeroes.
   */
  @Test
  void shouldReplayEverythingWhenAllThatWasNotFlushedIsGone() throws Exception {
    Path image = OutageDisk.image(directory);
    Path socket = directory.resolve("disk.sock");
    BlockModel model = new BlockModel(OutageDisk.BLOCKS);
    try (Storage storage = new Storage(image);
        Daemon client = machine.attach(OutageDisk.attach(storage.target(), socket));
        VerifyingWriter writer = plainWriter(socket, model)) {
      for (int i = 0; i < CRASHES; i++) {
        writer.awaitProgress(OutageDisk.PROGRESS);
        storage.kill();
        makeZero(image);
        storage.start();
      }
      writer.awaitProgress(OutageDisk.PROGRESS);
      writer.finish();
      Status dirty = machine.attachmentStatus();
      assertTrue(dirty.number("unflushed_bytes") >= WRITTEN, dirty::toString);
      storage.kill();
      makeZero(image);
      storage.start();
      writer.flushAndVerify();
      Status clean = machine.attachmentStatus();
      assertEquals(0, clean.number("unflushed_bytes"), clean::toString);
      clean
          .counted("reconnects", CRASHES + 1)
          .counted("replays", CRASHES + 1)
          .counted("replayed_writes", CRASHES + 1)
          .counted("replayed_bytes", (CRASHES + 1) * WRITTEN);
      assertTrue(client.err().contains("lost its volatile cache"), client::err);
      check(image, model);
    }
  }

  @Full
  @Test
  @NeedsProgram({"nbdkit", "nbdfuse", "losetup"})
  void shouldReplayWhatADeviceLostWithItsPower() throws Exception {
    Path image = OutageDisk.image(directory);
    Path socket = directory.resolve("disk.sock");
    BlockModel model = new BlockModel(OutageDisk.BLOCKS);
    try (VolatileCacheDevice device = VolatileCacheDevice.createOrSkip(image, directory);
        Storage storage = new Storage(device.path());
        Daemon client = Dst.attach(OutageDisk.attach(storage.target(), socket));
        VerifyingWriter writer = plainWriter(socket, model)) {
      writer.awaitProgress(OutageDisk.PROGRESS);
      storage.kill();
      device.losePower();
      storage.start();
      writer.awaitProgress(OutageDisk.PROGRESS);
      writer.finish();
      storage.kill();
      device.losePower();
      assertTrue(isLost(image), "nothing was lost: the test proves nothing");
      storage.start();
      writer.flushAndVerify();
      storage.kill();
      device.losePower();
      check(image, model);
      storage.start();
      assertTrue(client.err().contains("lost its volatile cache"), client::err);
    }
  }

  private static VerifyingWriter plainWriter(Path socket, BlockModel model) throws IOException {
    return new VerifyingWriter(socket, model, 11, VerifyingWriter.Mix.PLAIN_WRITES);
  }

  private static void makeZero(Path image) throws IOException {
    try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
      ByteBuffer zeroes = ByteBuffer.allocate(OutageDisk.BLOCKS * BlockModel.BLOCK);
      while (zeroes.hasRemaining()) {
        file.write(zeroes, zeroes.position());
      }
    }
  }

  private static boolean isLost(Path image) throws IOException {
    for (byte each : Files.readAllBytes(image)) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  /** Compares the image itself, past server and client. */
  private static void check(Path image, BlockModel model) throws IOException {
    byte[] all = Files.readAllBytes(image);
    for (int block = 0; block < model.blocks(); block += PIECE) {
      byte[] piece = new byte[PIECE * BlockModel.BLOCK];
      System.arraycopy(all, block * BlockModel.BLOCK, piece, 0, piece.length);
      model.check(block, piece);
    }
  }
}
