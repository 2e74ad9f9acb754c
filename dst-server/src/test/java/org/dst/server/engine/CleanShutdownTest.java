package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may be noted when a server stops. */
class CleanShutdownTest {
  private final List<UUID> noted = new ArrayList<>();
  private ScriptedStore store;
  private StoreHandle handle;

  @BeforeEach
  void open() throws StoreException {
    store = new ScriptedStore().withFreeSyncs();
    handle = new StoreHandle(store, new SyncGate(), new WriteVerifier(UUID::randomUUID));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldNoteTheVerifierOnceTheSyncHasSucceeded() {
    List<Runnable> work = new ArrayList<>();
    CleanShutdown.of(handle, work::add, noted::add);
    assertEquals(List.of(), noted, "not before the sync");
    work.getFirst().run();
    assertEquals(List.of("sync starts", "sync ends"), List.copyOf(store.calls));
    assertEquals(List.of(handle.writeVerifier().verifier()), noted);
  }

  @Test
  void shouldNoteNothingIfTheSyncFails() {
    store.syncFailures.add(new StoreException(Status.IO_ERROR, "broken"));
    CleanShutdown.of(handle, Runnable::run, noted::add);
    assertEquals(List.of(), noted);
  }
}
