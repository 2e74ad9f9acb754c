package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dst attach} is told to stop while its server is down. */
@Timeout(120)
class LeavingTest {
  private static final Pattern STATE_FILE = Pattern.compile("recorded in (\\S+);");

  @TempDir Path directory;

  private final Machine machine = Machine.create();

  @Test
  void shouldLeaveWithoutAnErrorWhenNothingIsUnflushed() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory)) {
      Daemon client = machine.attach(OutageDisk.attach(storage.target(), socket));
      try (RawNbd nbd = RawNbd.transmitting(socket)) {
        nbd.write(0, new byte[4096]);
        nbd.request(0, RawNbd.FLUSH, 1, 0, 0);
        assertEquals(0, nbd.reply(1));
      }
      storage.kill();
      assertEquals(Dst.OK, client.stop(), client::err);
      String said = client.err();
      assertTrue(said.contains("the export stays leased to this machine"), said);
      assertFalse(said.contains("ERROR") || said.contains("0 bytes"), said);
      storage.start();
      machine.attach(OutageDisk.attach(storage.target(), socket)).close();
    }
  }

  @Test
  void shouldSayWhatIsUnflushedAndWhereThatIsKept() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory)) {
      Daemon client = machine.attach(OutageDisk.attach(storage.target(), socket));
      try (RawNbd nbd = RawNbd.transmitting(socket)) {
        nbd.write(0, new byte[4096]);
      }
      storage.kill();
      long begin = System.nanoTime();
      assertEquals(Dst.UNFLUSHED_WRITES, client.stop(), client::err);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
      assertTrue(seconds < 15, () -> "%d s (expected: < 15)".formatted(seconds));
      String said = client.err();
      assertTrue(said.contains("4096 bytes of acknowledged writes could not be flushed"), said);
      assertTrue(said.contains("lane 0 has been disconnected for 5 s"), said);
      Matcher file = STATE_FILE.matcher(said);
      assertTrue(file.find() && Files.exists(Path.of(file.group(1))), said);
      storage.start();
      machine
          .dst("attach", storage.target(), "--socket", socket.toString())
          .exited(Dst.LOST_WRITES)
          .complainedOnce("--accept-loss");
    }
  }

  @Test
  void shouldFlushWithTheNextAttachWhatTheServerHasKept() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory)) {
      Daemon client;
      try (FaultProxy proxy = new FaultProxy(storage.address())) {
        String target = proxy.address() + "/" + Storage.EXPORT;
        client = machine.attach(OutageDisk.attach(target, socket));
        try (RawNbd nbd = RawNbd.transmitting(socket)) {
          nbd.write(0, new byte[4096]);
        }
      }
      assertEquals(Dst.UNFLUSHED_WRITES, client.stop(), client::err);
      try (Daemon again = machine.attach(OutageDisk.attach(storage.target(), socket))) {
        assertTrue(again.err().contains("flushed them, none was lost"), again::err);
      }
    }
  }
}
