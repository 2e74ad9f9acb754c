package org.dst.server.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.dst.server.engine.StoreVerifier;
import org.dst.server.store.PathStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreStateTest {
  private final StoreVerifier health = new StoreVerifier(UUID::randomUUID);

  @Test
  void shouldBeFineUntilSomethingIsWrong() {
    StoreState state = StoreState.of(health, null, PathStatus.FOUND);
    assertEquals(StoreState.Kind.OK, state.kind());
    assertNull(state.trouble());
    assertFalse(state.errors().recent());
  }

  @Test
  void shouldSayThatASyncHasFailedUntilOneSucceeds() {
    health.syncFailed();
    assertEquals(StoreState.Kind.SYNC_FAILED, StoreState.of(health, null, PathStatus.FOUND).kind());
    health.confirmed();
    assertEquals(StoreState.Kind.OK, StoreState.of(health, null, PathStatus.FOUND).kind());
  }

  @Test
  void shouldSayFirstThatTheStoreIsNotThere() {
    health.syncFailed();
    StoreState state =
        StoreState.of(health, "has 0 bytes", new PathStatus(PathStatus.Kind.MOVED, "moved"));
    assertEquals(StoreState.Kind.TRUNCATED, state.kind());
    assertTrue(state.trouble().contains("0 bytes"));
  }

  @ParameterizedTest
  @EnumSource(value = PathStatus.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "FOUND")
  void shouldSayWhatHasBecomeOfItsPath(PathStatus.Kind place) {
    health.syncFailed();
    StoreState state = StoreState.of(health, null, new PathStatus(place, "it is elsewhere"));
    assertEquals(place.name(), state.kind().name());
    assertEquals("it is elsewhere", state.trouble());
  }
}
