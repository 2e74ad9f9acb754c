package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.dst.client.link.ServerAddress;
import org.junit.jupiter.api.Test;

class ReconnectCoordinatorTest {
  private static final ServerAddress HERE = new ServerAddress("here", 1);
  private static final ServerAddress THERE = new ServerAddress("there", 1);

  private final ReconnectCoordinator seekers = new ReconnectCoordinator();
  private final List<String> told = new ArrayList<>();

  @Test
  void shouldTellThoseWhoWaitForThatServer() {
    seekers.add(seeker("one", List.of(HERE)));
    seekers.add(seeker("both", List.of(THERE, HERE)));
    seekers.add(seeker("other", List.of(THERE)));
    seekers.reached(HERE);
    assertEquals(List.of("both here:1", "one here:1"), told.stream().sorted().toList());
  }

  @Test
  void shouldTellNobodyWhoDoesNotWaitAnyMore() {
    ReconnectCoordinator.Seeker one = seeker("one", List.of(HERE));
    seekers.add(one);
    seekers.add(one);
    seekers.remove(one);
    seekers.reached(HERE);
    assertEquals(List.of(), told);
  }

  @Test
  void shouldForgetOneWhoseLoopHasStopped() {
    int[] asked = {0};
    Executor stopped =
        task -> {
          asked[0]++;
          throw new RejectedExecutionException();
        };
    seekers.add(new ReconnectCoordinator.Seeker(List.of(HERE), stopped, server -> {}));
    seekers.add(seeker("one", List.of(HERE)));
    seekers.reached(HERE);
    seekers.reached(HERE);
    assertEquals(1, asked[0]);
    assertEquals(2, told.size());
  }

  private ReconnectCoordinator.Seeker seeker(String name, List<ServerAddress> servers) {
    return new ReconnectCoordinator.Seeker(
        servers, Runnable::run, server -> told.add(name + " " + server));
  }
}
