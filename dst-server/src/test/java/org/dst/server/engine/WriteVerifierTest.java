package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.EventExecutor;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which outcomes end the lifetime of a store's cache. */
@Timeout(60)
@ParameterizedClass
@EnumSource
class WriteVerifierTest {
  private final WriteVerifier writeVerifier = new WriteVerifier(UUID::randomUUID);
  @Parameter private Engines kind;
  private EventExecutor loop;
  private IoEngine engine;
  private ScriptedStore store;
  private StoreHandle handle;

  @BeforeParameterizedClassInvocation
  static void require(Engines kind) {
    kind.require();
  }

  @BeforeEach
  void open() throws StoreException {
    loop = kind.loop();
    engine = kind.engine(2);
    store = kind.store(new ScriptedStore());
    handle = new StoreHandle(store, new SyncGate(), writeVerifier);
  }

  @AfterEach
  void close() throws InterruptedException {
    store.withFreeSyncs();
    engine.close();
    loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    store.close();
  }

  private TestRequest flush() {
    return TestRequest.flush(loop, handle).submitTo(engine);
  }

  private Status write(int flags) throws Exception {
    TestRequest write = TestRequest.write(loop, handle, flags, 0, new byte[512]).submitTo(engine);
    Status status = write.await();
    write.release();
    return status;
  }

  @Test
  void shouldSurfaceTheSecondFailureInARow() {
    assertFalse(writeVerifier.surfaces());
    writeVerifier.syncFailed();
    assertFalse(writeVerifier.surfaces());
    writeVerifier.syncFailed();
    assertTrue(writeVerifier.surfaces());
    writeVerifier.confirmed();
    writeVerifier.syncFailed();
    assertFalse(writeVerifier.surfaces());
  }

  @Test
  void shouldPassOnThatAClientKnowsItsDataToBeDurable() {
    int[] heard = new int[1];
    writeVerifier.onConfirmed(() -> heard[0]++);
    writeVerifier.syncFailed();
    assertEquals(0, heard[0]);
    writeVerifier.confirmed();
    assertEquals(1, heard[0]);
  }

  @Test
  void shouldKeepItsVerifierWhileSyncsSucceed() throws Exception {
    UUID verifier = writeVerifier.verifier();
    store.withFreeSyncs();
    assertEquals(Status.OK, flush().await());
    assertEquals(Status.OK, write(RequestFlags.BARRIER));
    assertEquals(verifier, writeVerifier.verifier());
  }

  @Test
  void shouldChangeItsVerifierBeforeTheNextSyncStarts() throws Exception {
    UUID verifier = writeVerifier.verifier();
    store.syncFailures.add(new StoreException(Status.IO_ERROR, "lost pages"));
    TestRequest first = flush();
    store.awaitSync();
    TestRequest second = flush();
    loop.submit(() -> {}).get(20, TimeUnit.SECONDS);
    store.mayEnd.release();
    store.awaitSync(); // the second one has started
    assertNotEquals(verifier, writeVerifier.verifier(), "its success must not be believed");
    assertEquals(Status.IO_ERROR, first.await());
    store.mayEnd.release();
    assertEquals(Status.OK, second.await());
  }

  @Test
  void shouldTakeAFailedDurableWriteForAFailedSync() throws Exception {
    UUID verifier = writeVerifier.verifier();
    store.writeFault = new IllegalStateException("as the test wants it");
    assertEquals(Status.IO_ERROR, write(0));
    assertEquals(verifier, writeVerifier.verifier(), "a write that promised nothing");
    assertEquals(Status.IO_ERROR, write(RequestFlags.FUA));
    assertNotEquals(verifier, writeVerifier.verifier());
  }

  @Test
  void shouldTakeAFailedSyncBehindATrimOrBeforeABarrierForOne() throws Exception {
    store.withFreeSyncs();
    UUID verifier = writeVerifier.verifier();
    store.syncFailures.add(new StoreException(Status.NO_SPACE, "full"));
    TestRequest trim =
        TestRequest.change(loop, handle, Opcode.TRIM, RequestFlags.FUA, 0, 512).submitTo(engine);
    assertEquals(Status.NO_SPACE, trim.await());
    UUID second = writeVerifier.verifier();
    assertNotEquals(verifier, second);
    store.syncFailures.add(new StoreException(Status.IO_ERROR, "lost pages"));
    assertEquals(Status.IO_ERROR, write(RequestFlags.BARRIER));
    assertNotEquals(second, writeVerifier.verifier());
  }

  @Test
  void shouldCountWhatTheStorageHasFailedWith() throws Exception {
    store.withFreeSyncs();
    store.syncFailures.add(new StoreException(Status.IO_ERROR, "lost pages"));
    assertEquals(Status.IO_ERROR, flush().await());
    store.syncFailures.add(new StoreException(Status.NO_SPACE, "thin pool is full", true));
    assertEquals(Status.NO_SPACE, flush().await());
    store.syncFailures.add(new StoreException(Status.NO_SPACE, "behind the end"));
    assertEquals(Status.NO_SPACE, flush().await());
    StoreErrors.Summary errors = writeVerifier.errors().summary();
    assertEquals(1, errors.io());
    assertEquals(1, errors.noSpace());
    assertEquals("thin pool is full", errors.last());
    assertTrue(errors.recent());
  }
}
