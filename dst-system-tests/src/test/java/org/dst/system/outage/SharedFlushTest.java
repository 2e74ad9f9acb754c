package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Status;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VolatileCacheDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code nbd-client -C 4} promises the kernel (NBD_FLAG_CAN_MULTI_CONN): a flush on one
 * connection makes durable what was acknowledged on the others, whatever the lanes.
 */
@Full
@NeedsProgram({"nbdkit", "nbdfuse", "losetup"})
@Timeout(120)
class SharedFlushTest {
  private static final int CONNECTIONS = 4;
  private static final int BLOCK = BlockModel.BLOCK;
  private static final int STRIPE = 1 << 20;
  private static final int STRIPES = OutageDisk.BLOCKS * BLOCK / STRIPE;
  private static final int ROUNDS = 4;

  @TempDir Path directory;

  private final Machine machine = Machine.create();
  private final Random random = new Random(41);
  private final byte[] disk = new byte[OutageDisk.BLOCKS * BLOCK];

  @Test
  void shouldMakeDurableWhatOtherConnectionsWrote() throws IOException {
    Path image = OutageDisk.image(directory);
    Path socket = directory.resolve("disk.sock");
    try (VolatileCacheDevice device = VolatileCacheDevice.createOrSkip(image, directory);
        Storage storage = new Storage(device.path())) {
      Daemon client =
          machine.attach(
              OutageDisk.attach(storage.target(), socket, "--lanes", "4", "--event-loops", "4"));
      byte[] flushed;
      List<RawNbd> connections = new ArrayList<>();
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          connections.add(RawNbd.transmitting(socket));
        }
        for (int round = 0; round < ROUNDS; round++) {
          write(connections, round);
          flush(connections.get(round % CONNECTIONS));
          Status clean = machine.attachmentStatus();
          assertEquals(0, clean.number("unflushed_bytes"), clean::toString);
        }
        flushed = disk.clone();
        write(connections, 0);
        readBack(connections);
      } finally {
        storage.kill();
        client.killAndWait(); // or it would send again what is lost
        connections.forEach(RawNbd::close);
      }
      device.losePower();
      byte[] left = Files.readAllBytes(image);
      assertFalse(Arrays.equals(disk, left), "nothing was lost: the test proves nothing");
      assertArrayEquals(flushed, left, "what was flushed");
      storage.start();
    }
  }

  /** Every connection writes a block of its own of each stripe, all of them at once. */
  private void write(List<RawNbd> connections, int round) throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      for (int stripe = 0; stripe < STRIPES; stripe++) {
        byte[] data = new byte[BLOCK];
        random.nextBytes(data);
        int offset = stripe * STRIPE + (round * CONNECTIONS + i) * BLOCK;
        System.arraycopy(data, 0, disk, offset, BLOCK);
        connections.get(i).request(0, RawNbd.WRITE, offset, offset, BLOCK);
        connections.get(i).payload(data);
      }
    }
    for (RawNbd connection : connections) {
      Set<Long> answered = new HashSet<>();
      for (int stripe = 0; stripe < STRIPES; stripe++) {
        RawNbd.Reply reply = connection.reply();
        assertEquals(0, reply.error(), "error of a write");
        answered.add(reply.cookie());
      }
      assertEquals(STRIPES, answered.size(), () -> "writes that were answered: " + answered);
    }
  }

  private static void flush(RawNbd connection) throws IOException {
    connection.request(0, RawNbd.FLUSH, 1, 0, 0);
    assertEquals(0, connection.reply(1), "error of a flush");
  }

  private void readBack(List<RawNbd> connections) throws IOException {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      int offset = stripe * STRIPE;
      byte[] expected = Arrays.copyOfRange(disk, offset, offset + STRIPE);
      byte[] read = connections.get(stripe / CONNECTIONS % CONNECTIONS).read(offset, STRIPE);
      assertArrayEquals(expected, read, "stripe " + stripe);
    }
  }
}
