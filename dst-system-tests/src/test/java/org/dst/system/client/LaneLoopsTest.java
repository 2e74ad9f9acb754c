package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.Images;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four lanes on four event loops on each side: every lane has its own loop. Observed from outside,
 * by which loops' threads slept and woke while a single lane was busy.
 */
@Timeout(120)
class LaneLoopsTest {
  private static final int LANES = 4;
  private static final int STRIPE = 1 << 20;
  private static final int BLOCK = 4096;
  private static final int REQUESTS = 300;

  /** Each request wakes those that serve it once at the least, unless they are still awake. */
  private static final int AT_WORK = REQUESTS / 4;

  @TempDir Path directory;

  /** The threads that were at work for each lane, by their ids. */
  private record AtWork(List<Set<String>> here, List<Set<String>> there) {}

  @Test
  void shouldServeEveryLaneOnALoopOfItsOwn() throws IOException {
    Path image = Images.sparse(directory.resolve("image"), 2L * LANES * STRIPE);
    Path socket = directory.resolve("disk.sock");
    String[] loops = {"--event-loops", String.valueOf(LANES)};
    try (Storage storage = new Storage(image, loops);
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client =
            Dst.attach(
                proxy.address() + "/" + Storage.EXPORT,
                "--socket",
                socket.toString(),
                "--lanes",
                String.valueOf(LANES),
                loops[0],
                loops[1]);
        RawNbd nbd = RawNbd.transmitting(socket)) {
      requireSpread(observe(nbd, client, storage.server()));
      proxy.reset();
      for (int lane = 0; lane < LANES; lane++) {
        nbd.write((long) lane * STRIPE, new byte[BLOCK]); // waits until the lane is back
      }
      requireSpread(observe(nbd, client, storage.server()));
    }
  }

  private static AtWork observe(RawNbd nbd, Daemon client, Daemon server) throws IOException {
    AtWork atWork = new AtWork(new ArrayList<>(), new ArrayList<>());
    for (int lane = 0; lane < LANES; lane++) {
      long offset = (long) lane * STRIPE;
      nbd.write(offset, new byte[BLOCK]); // from now on it is cached, and read by the loop itself
      Map<String, Long> here = sleeps(client, "dst-lane");
      Map<String, Long> there = sleeps(server, "dst-link");
      for (int i = 0; i < REQUESTS; i++) {
        nbd.read(offset, BLOCK);
      }
      atWork.here().add(busy(here, sleeps(client, "dst-lane")));
      atWork.there().add(busy(there, sleeps(server, "dst-link")));
    }
    return atWork;
  }

  /** On the client the loop of the NBD connection is at work as well, and is one lane's own. */
  private static void requireSpread(AtWork atWork) {
    List<Integer> sizes = atWork.here().stream().map(Set::size).sorted().toList();
    assertEquals(List.of(1, 2, 2, 2), sizes, () -> "loops for each lane of the client: " + atWork);
    assertTrue(atWork.there().stream().allMatch(loops -> loops.size() == 1), atWork::toString);
    for (List<Set<String>> side : List.of(atWork.here(), atWork.there())) {
      Set<String> all = new TreeSet<>();
      side.forEach(all::addAll);
      assertEquals(LANES, all.size(), () -> "loops of all lanes of a side: " + atWork);
      assertEquals(LANES, new HashSet<>(side).size(), () -> "two lanes share: " + atWork);
    }
  }

  private static Set<String> busy(Map<String, Long> before, Map<String, Long> after) {
    Set<String> busy = new TreeSet<>();
    after.forEach(
        (thread, sleeps) -> {
          if (sleeps - before.getOrDefault(thread, 0L) >= AT_WORK) {
            busy.add(thread);
          }
        });
    return busy;
  }

  /** How often each thread whose name begins so has gone to sleep by itself, by its id. */
  private static Map<String, Long> sleeps(Daemon program, String name) throws IOException {
    Map<String, Long> sleeps = new HashMap<>();
    Path tasks = Path.of("/proc/" + program.pid() + "/task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("comm")).startsWith(name)) {
          sleeps.put(thread.getFileName().toString(), sleeps(thread));
        }
      }
    } catch (NoSuchFileException ended) {
      throw new AssertionError("a thread has ended meanwhile", ended);
    }
    return sleeps;
  }

  private static long sleeps(Path thread) throws IOException {
    for (String line : Files.readAllLines(thread.resolve("status"))) {
      if (line.startsWith("voluntary_ctxt_switches:")) {
        return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    throw new AssertionError("no count of sleeps in " + thread.resolve("status"));
  }
}
