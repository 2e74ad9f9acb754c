package org.dst.system.mutation;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import org.dst.system.harness.Full;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The simulator detects every broken rule, as a violation of a named invariant. */
class MutationTest {
  /** Found by one of the first seeds, for a build that is in a hurry. */
  private static final Set<String> QUICK =
      Set.of(
          "no replay",
          "no replay window",
          "a fence is answered before running I/O has ended",
          "a durable write does not cut the log",
          "a flush is answered without a sync",
          "the server ignores the checksums of requests");

  private static final Logger PROGRAM = (Logger) LoggerFactory.getLogger("org.dst");
  private static Level level;

  @BeforeAll
  static void quiet() {
    level = PROGRAM.getLevel();
    PROGRAM.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    PROGRAM.setLevel(level);
  }

  @Test
  void shouldFindNothingInTheUnbrokenProgram() {
    LongFunction<String> unbroken = Mutant.of(new Mutation("nothing", Set.of(), List.of()));
    for (long seed = 1; seed <= 50; seed++) {
      assertNull(unbroken.apply(seed), "seed " + seed);
    }
  }

  @Test
  void shouldFindTheCoarsestMutations() throws InterruptedException, ExecutionException {
    List<Mutation> quick =
        Mutations.all().stream().filter(each -> QUICK.contains(each.name())).toList();
    assertEquals(QUICK.size(), quick.size());
    requireAllDetected(quick);
  }

  @Test
  void shouldFitTheSourcesAsTheyAre() {
    List<Mutation> mutations = new ArrayList<>(Mutations.all());
    RedundantMutations.LIST.forEach(each -> mutations.add(each.mutation()));
    mutations.parallelStream().forEach(Mutant::of);
    Set<String> names = new HashSet<>();
    Mutations.all().forEach(each -> assertTrue(names.add(each.name()), each.name()));
    assertTrue(names.size() >= 24, names.size() + " mutations");
  }

  @Full
  @Test
  @Timeout(600)
  void shouldFindEveryMutation() throws InterruptedException, ExecutionException {
    requireAllDetected(Mutations.all());
  }

  private static void requireAllDetected(List<Mutation> mutations)
      throws InterruptedException, ExecutionException {
    List<Future<SeedSearch.Outcome>> searches = new ArrayList<>();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (Mutation mutation : mutations) {
        searches.add(pool.submit(() -> SeedSearch.run(mutation, SeedSearch.SEEDS)));
      }
      List<SeedSearch.Outcome> outcomes = new ArrayList<>();
      for (Future<SeedSearch.Outcome> search : searches) {
        outcomes.add(search.get());
      }
      assertAll(
          outcomes.stream()
              .map(outcome -> () -> assertTrue(outcome.detected(), outcome::toString)));
    }
  }
}
