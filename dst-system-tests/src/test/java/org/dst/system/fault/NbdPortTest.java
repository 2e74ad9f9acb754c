package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.dst.system.harness.Bystander;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Disk;
import org.dst.system.harness.RawNbd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invalid input from NBD clients in every phase: each gets the exact error, or the connection ends.
 */
class NbdPortTest {
  private static final long SIZE = 64 << 20;
  private static final long MINE = 32 << 20;

  @TempDir static Path directory;

  private static Disk disk;
  private static Bystander bystander;

  @BeforeAll
  static void start() {
    disk = Disk.of(directory, "mem:64M");
    bystander = new Bystander(disk.socket());
  }

  @AfterAll
  static void stop() {
    Closing.inOrder(bystander, disk);
  }

  @AfterEach
  void othersGoOn() {
    bystander.assertUndisturbed();
  }

  @Test
  void shouldEndAConnectionWithUnknownClientFlags() throws EOFException {
    try (RawNbd nbd = RawNbd.greeted(disk.socket())) {
      nbd.payload(new byte[] {0, 0, 0x7f, 3});
      nbd.socket().awaitClose();
    }
  }

  @Test
  void shouldEndAConnectionThatTalksHttp() throws EOFException {
    try (RawNbd nbd = RawNbd.greeted(disk.socket())) {
      nbd.payload("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      nbd.socket().awaitClose();
    }
  }

  @Test
  void shouldEndAConnectionThatStopsInEveryPhase() throws EOFException {
    for (int bytes = 0; bytes < 4; bytes++) {
      finish(RawNbd.greeted(disk.socket()), new byte[bytes]);
    }
    byte[] option = ByteBuffer.allocate(20).putLong(0x49484156454f5054L).putInt(7).array();
    finish(RawNbd.haggling(disk.socket()), option);
    byte[] request = ByteBuffer.allocate(28).putInt(0x25609513).putInt(1).array();
    finish(RawNbd.transmitting(disk.socket()), Arrays.copyOf(request, 27));
    RawNbd inPayload = RawNbd.transmitting(disk.socket());
    inPayload.request(0, RawNbd.WRITE, 1, MINE, 4096);
    finish(inPayload, new byte[4095]);
  }

  @Test
  void shouldNotStoreAWriteThatWasCutShort() throws EOFException {
    long offset = MINE + (1 << 20);
    byte[] cut = new byte[65535];
    new Random(1).nextBytes(cut);
    RawNbd nbd = RawNbd.transmitting(disk.socket());
    nbd.request(0, RawNbd.WRITE, 1, offset, 65536);
    finish(nbd, cut);
    try (RawNbd other = RawNbd.transmitting(disk.socket())) {
      assertArrayEquals(new byte[65536], other.read(offset, 65536));
    }
  }

  @Test
  void shouldEndAConnectionWhoseOptionHasAnotherMagic() throws EOFException {
    try (RawNbd nbd = RawNbd.haggling(disk.socket())) {
      nbd.payload(random(64));
      nbd.socket().awaitClose();
    }
  }

  @Test
  void shouldAnswerAnUnknownOption() throws EOFException {
    try (RawNbd nbd = RawNbd.haggling(disk.socket())) {
      nbd.option(4711, random(1000));
      assertEquals(RawNbd.REP_ERR_UNSUP, nbd.optionReply(4711));
      nbd.option(RawNbd.OPT_GO, RawNbd.goData("no such export"));
      assertEquals(RawNbd.REP_ERR_UNKNOWN, nbd.optionReply(RawNbd.OPT_GO));
    }
  }

  @Test
  void shouldAnswerOptionsWhoseDataMakesNoSense() throws EOFException {
    try (RawNbd nbd = RawNbd.haggling(disk.socket())) {
      nbd.option(RawNbd.OPT_GO, new byte[] {0, 0, 0, 9, 1});
      assertEquals(RawNbd.REP_ERR_INVALID, nbd.optionReply(RawNbd.OPT_GO));
      nbd.option(RawNbd.OPT_GO, new byte[] {-1, -1, -1, -1, 0, 0});
      assertEquals(RawNbd.REP_ERR_INVALID, nbd.optionReply(RawNbd.OPT_GO));
      nbd.option(RawNbd.OPT_GO, new byte[] {0, 0, 0, 0, 0, 9});
      assertEquals(RawNbd.REP_ERR_INVALID, nbd.optionReply(RawNbd.OPT_GO));
    }
  }

  @Test
  void shouldEndAConnectionWithAnOptionOfImpossibleLength() throws EOFException {
    try (RawNbd nbd = RawNbd.haggling(disk.socket())) {
      ByteBuffer option = ByteBuffer.allocate(16).putLong(0x49484156454f5054L);
      nbd.payload(option.putInt(RawNbd.OPT_GO).putInt(-1).array());
      nbd.socket().finish();
      nbd.socket().awaitClose();
    }
  }

  @Test
  void shouldEndAConnectionThatNamesAnUnknownExportTheOldWay() throws EOFException {
    try (RawNbd nbd = RawNbd.haggling(disk.socket())) {
      nbd.option(RawNbd.OPT_EXPORT_NAME, "no such export".getBytes(StandardCharsets.US_ASCII));
      nbd.socket().awaitClose();
    }
  }

  @Test
  void shouldEndAConnectionWhoseRequestHasAnotherMagic() throws EOFException {
    try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      nbd.payload(random(28));
      nbd.socket().awaitClose();
    }
  }

  @Test
  void shouldAnswerAnUnknownCommand() throws EOFException {
    try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      nbd.request(0, 4711, 5, 0, 512);
      assertEquals(RawNbd.EINVAL, nbd.reply(5));
      nbd.read(MINE, 512);
    }
  }

  @Test
  void shouldAnswerRangesThatOverflow() throws EOFException {
    try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      for (long offset : new long[] {SIZE, SIZE - 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, -512}) {
        nbd.request(0, RawNbd.READ, 6, offset, 512);
        assertEquals(RawNbd.EINVAL, nbd.reply(6), () -> "error of a read at " + offset);
        nbd.request(0, RawNbd.WRITE, 7, offset, 512);
        nbd.payload(new byte[512]);
        assertEquals(RawNbd.ENOSPC, nbd.reply(7), () -> "error of a write at " + offset);
      }
      nbd.read(MINE, 512);
    }
  }

  @Test
  void shouldRefuseAReadOfFourGibibytes() throws EOFException {
    try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      nbd.request(0, RawNbd.READ, 8, 0, -1);
      int error = nbd.reply(8);
      assertTrue(error != 0, "accepted");
      nbd.read(MINE, 512);
    }
  }

  @Test
  void shouldEndAConnectionThatAnnouncesAWriteOfFourGibibytes() throws EOFException {
    try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      nbd.request(0, RawNbd.WRITE, 9, 0, -1);
      nbd.socket().finish();
      nbd.socket().awaitClose();
    }
  }

  @Test
  void shouldAnswerEveryRequestThatHasTheSameCookie() throws EOFException {
    try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      nbd.write(MINE, "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 4; i++) {
        nbd.request(0, RawNbd.READ, 10, MINE + 4 * i, 4);
      }
      StringBuilder read = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        assertEquals(0, nbd.reply(10), "error of a read");
        read.append(StandardCharsets.US_ASCII.decode(nbd.socket().receive(4)));
      }
      for (String piece : new String[] {"0123", "4567", "89ab", "cdef"}) {
        assertTrue(read.indexOf(piece) % 4 == 0, () -> "no %s in %s".formatted(piece, read));
      }
    }
  }

  @Test
  void shouldGoOnAfterAClientThatLeavesWithAnswersUnread() throws EOFException {
    for (int i = 0; i < 5; i++) {
      try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
        for (int j = 0; j < 16; j++) {
          nbd.request(0, RawNbd.READ, j, MINE, 1 << 20);
        }
      }
    }
    try (RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      nbd.read(MINE, 512);
    }
  }

  private static void finish(RawNbd nbd, byte[] bytes) {
    try (nbd) {
      nbd.payload(bytes);
      nbd.socket().finish();
      nbd.socket().awaitClose();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
