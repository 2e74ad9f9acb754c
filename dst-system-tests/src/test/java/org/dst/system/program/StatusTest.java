package org.dst.system.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Result;
import org.dst.system.harness.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code dst status} and {@code dstd status} of programs that are running, stopped by a signal, or
 * killed.
 */
@Timeout(120)
class StatusTest {
  private static final int WIDTH = 80;

  @TempDir Path directory;

  private final Machine machine = Machine.create();

  private Daemon attach(Daemon server, String export, String... options) {
    List<String> all = new ArrayList<>();
    all.add(Dst.address(server) + "/" + export);
    all.addAll(List.of("--socket", directory.resolve(export).toString()));
    all.addAll(List.of(options));
    return machine.attach(all.toArray(String[]::new));
  }

  @Test
  void shouldShowWhatRunsOnThisMachine() throws EOFException {
    try (Daemon server = machine.export("first=mem:64M", "second=mem:64M");
        Daemon first = attach(server, "first");
        Daemon second = attach(server, "second");
        RawNbd nbd = RawNbd.transmitting(directory.resolve("first"))) {
      nbd.write(0, new byte[8192]);
      Result all = machine.dst("status").succeeded().printed("first, 64.0 MiB, read-write, on ");
      all.printed("second, 64.0 MiB").printed("unflushed   8.0 KiB in 1 change\n");
      assertFits(all);
      assertFits(machine.dstd("status").succeeded().printed(", read-write, memory"));
      machine.dst("status", "--json").succeeded().printed("\"direct_memory\":");
      machine.dstd("status", "--json").succeeded().printed("\"direct_memory\":");
      machine.dst("status", "nosuch").exited(Dst.UNREACHABLE).complainedOnce("first, second");
      Result one = machine.dst("status", directory.resolve("second").toString()).succeeded();
      assertEquals(
          1, one.out().lines().filter(line -> line.contains("64.0 MiB")).count(), one::toString);
      assertTrue(first.isAlive() && second.isAlive(), "both run");
    }
  }

  private static void assertFits(Result text) {
    text.out().lines().forEach(line -> assertTrue(line.length() <= WIDTH, line));
  }

  @Test
  void shouldSayThatNothingRuns() {
    machine.dst("status").exited(Dst.UNREACHABLE).complainedOnce("no 'dst attach' is running");
    machine.dstd("status").exited(Dst.UNREACHABLE).complainedOnce("no 'dstd export' is running");
  }

  @Test
  void shouldPassByWhoWasKilledAndNameWhoStandsStill() {
    Daemon killed = machine.export("disk=mem:64M");
    killed.killAndWait();
    machine.dstd("status").exited(Dst.UNREACHABLE).complainedOnce("no 'dstd export' is running");
    try (Daemon server = machine.export("disk=mem:64M")) {
      server.pause();
      machine
          .dstd("status")
          .exited(Dst.UNREACHABLE)
          .complainedOnce("process " + server.pid(), "no answer within 5 s");
      server.resume();
      Status status = machine.exportStatus();
      assertEquals("disk", status.text("export"), status::toString);
    }
  }

  @Test
  void shouldLogWhatWasCountedAtTheEnd() {
    Daemon server = machine.export("disk=mem:64M");
    Daemon client = attach(server, "disk", "--ping-interval", "0.3", "--ping-timeout", "1");
    try {
      server.pause();
      client.awaitErr("retrying in", 30);
      server.resume();
      client.awaitErr("reconnected after an outage of", 30);
      assertEquals(0, client.stop(), client::err);
      String told = lastWords(client, "counters since the attach: ");
      assertTrue(told.contains("dead_links ") && told.contains("reconnects "), told);
      assertFalse(told.contains(" 0"), told);
      assertEquals(0, server.stop(), server::err);
      lastWords(server, "counters of 'disk' since the start: attaches ");
    } finally {
      client.kill();
      server.kill();
    }
  }

  @Test
  void shouldLogNothingWhenNothingHappened() {
    try (Daemon server = machine.export("disk=mem:64M")) {
      Daemon client = attach(server, "disk");
      assertEquals(0, client.stop(), client::err);
      assertFalse(client.err().contains("counted"), client::err);
    }
  }

  /** The only line of a program's log that has this text. */
  private static String lastWords(Daemon program, String text) {
    List<String> lines = program.err().lines().filter(line -> line.contains(text)).toList();
    assertEquals(1, lines.size(), program::err);
    return lines.getFirst();
  }
}
