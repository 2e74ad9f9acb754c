package org.dst.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.dst.server.engine.StoreHealth;
import org.junit.jupiter.api.Test;

class StoreStateTest {
  private final StoreHealth health = new StoreHealth(UUID::randomUUID);

  @Test
  void shouldBeFineUntilSomethingIsWrong() {
    StoreState state = StoreState.of(health, null);
    assertEquals(StoreState.Kind.OK, state.kind());
    assertNull(state.trouble());
    assertFalse(state.errors().recent());
  }

  @Test
  void shouldSayThatASyncHasFailedUntilOneSucceeds() {
    health.syncFailed();
    assertEquals(StoreState.Kind.SYNC_FAILED, StoreState.of(health, null).kind());
    health.confirmed();
    assertEquals(StoreState.Kind.OK, StoreState.of(health, null).kind());
  }

  @Test
  void shouldSayFirstThatTheStoreIsNotThere() {
    health.syncFailed();
    StoreState state = StoreState.of(health, "has 0 bytes");
    assertEquals(StoreState.Kind.TRUNCATED, state.kind());
    assertTrue(state.trouble().contains("0 bytes"));
  }
}
