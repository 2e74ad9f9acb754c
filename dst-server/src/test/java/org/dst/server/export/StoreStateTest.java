package org.dst.server.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.dst.server.engine.WriteVerifier;
import org.dst.server.store.PathStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreStateTest {
  private final WriteVerifier writeVerifier = new WriteVerifier(UUID::randomUUID);

  @Test
  void shouldBeFineUntilSomethingIsWrong() {
    StoreState state = StoreState.of(writeVerifier, null, PathStatus.FOUND);
    assertEquals(StoreState.Kind.OK, state.kind());
    assertNull(state.trouble());
    assertFalse(state.errors().recent());
  }

  @Test
  void shouldSayThatASyncHasFailedUntilOneSucceeds() {
    writeVerifier.syncFailed();
    assertEquals(
        StoreState.Kind.SYNC_FAILED, StoreState.of(writeVerifier, null, PathStatus.FOUND).kind());
    writeVerifier.confirmed();
    assertEquals(StoreState.Kind.OK, StoreState.of(writeVerifier, null, PathStatus.FOUND).kind());
  }

  @Test
  void shouldSayFirstThatTheStoreIsNotThere() {
    writeVerifier.syncFailed();
    StoreState state =
        StoreState.of(writeVerifier, "has 0 bytes", new PathStatus(PathStatus.Kind.MOVED, "moved"));
    assertEquals(StoreState.Kind.TRUNCATED, state.kind());
    assertTrue(state.trouble().contains("0 bytes"));
  }

  @ParameterizedTest
  @EnumSource(value = PathStatus.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "FOUND")
  void shouldSayWhatHasBecomeOfItsPath(PathStatus.Kind place) {
    writeVerifier.syncFailed();
    StoreState state = StoreState.of(writeVerifier, null, new PathStatus(place, "it is elsewhere"));
    assertEquals(place.name(), state.kind().name());
    assertEquals("it is elsewhere", state.trouble());
  }
}
