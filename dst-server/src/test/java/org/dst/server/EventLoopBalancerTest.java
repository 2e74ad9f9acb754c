package org.dst.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EventLoopBalancerTest {
  private static final int LOOPS = 4;

  private final EventLoopBalancer balance = new EventLoopBalancer(LOOPS);

  private static InetAddress client(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void shouldServeTheLanesOfEachClientOnDifferentLoopsInWhateverOrderTheyCome() {
    for (long seed = 1; seed <= 100; seed++) {
      EventLoopBalancer fresh = new EventLoopBalancer(LOOPS);
      List<Integer> links = new ArrayList<>();
      for (int link = 0; link < 5 * LOOPS; link++) {
        links.add(link % 5);
      }
      Collections.shuffle(links, new Random(seed));
      List<Set<Integer>> loops = new ArrayList<>();
      for (int number = 0; number < 5; number++) {
        loops.add(new TreeSet<>());
      }
      links.forEach(number -> loops.get(number).add(fresh.enter(client(number))));
      loops.forEach(its -> assertEquals(Set.of(0, 1, 2, 3), its));
    }
  }

  @Test
  void shouldSpreadClientsWithOneLaneEach() {
    int[] links = new int[LOOPS];
    for (int number = 0; number < 10; number++) {
      links[balance.enter(client(number))]++;
    }
    for (int each : links) {
      assertEquals(5, 2 * each, 1.0, "links of a loop: 2 or 3");
    }
  }

  @Test
  void shouldServeLanesThatComeBackOnDifferentLoopsWhileTheirFormerLinksClose() {
    for (int closed = 0; closed <= LOOPS; closed++) {
      for (int lane = 0; lane < LOOPS; lane++) {
        balance.enter(client(1));
      }
      balance.enter(client(2));
      Set<Integer> loops = new TreeSet<>();
      for (int lane = 0; lane < LOOPS; lane++) {
        if (lane < closed) {
          balance.leave(client(1));
        }
        loops.add(balance.enter(client(1)));
      }
      assertEquals(Set.of(0, 1, 2, 3), loops);
    }
  }

  @Test
  void shouldForgetAddressesWithoutLinks() {
    balance.enter(client(1));
    balance.enter(client(1));
    balance.enter(client(2));
    balance.leave(client(1));
    assertEquals(2, balance.addresses());
    balance.leave(client(1));
    assertEquals(1, balance.addresses());
    balance.leave(client(2));
    assertEquals(0, balance.addresses());
  }
}
