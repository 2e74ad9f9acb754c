package org.dst.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.dst.server.engine.StoreHealth;
import org.dst.server.store.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreStateTest {
  private final StoreHealth health = new StoreHealth(UUID::randomUUID);

  @Test
  void shouldBeFineUntilSomethingIsWrong() {
    StoreState state = StoreState.of(health, null, Place.FOUND);
    assertEquals(StoreState.Kind.OK, state.kind());
    assertNull(state.trouble());
    assertFalse(state.errors().recent());
  }

  @Test
  void shouldSayThatASyncHasFailedUntilOneSucceeds() {
    health.syncFailed();
    assertEquals(StoreState.Kind.SYNC_FAILED, StoreState.of(health, null, Place.FOUND).kind());
    health.confirmed();
    assertEquals(StoreState.Kind.OK, StoreState.of(health, null, Place.FOUND).kind());
  }

  @Test
  void shouldSayFirstThatTheStoreIsNotThere() {
    health.syncFailed();
    StoreState state = StoreState.of(health, "has 0 bytes", new Place(Place.Kind.MOVED, "moved"));
    assertEquals(StoreState.Kind.TRUNCATED, state.kind());
    assertTrue(state.trouble().contains("0 bytes"));
  }

  @ParameterizedTest
  @EnumSource(value = Place.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "FOUND")
  void shouldSayWhatHasBecomeOfItsPath(Place.Kind place) {
    health.syncFailed();
    StoreState state = StoreState.of(health, null, new Place(place, "it is elsewhere"));
    assertEquals(place.name(), state.kind().name());
    assertEquals("it is elsewhere", state.trouble());
  }
}
