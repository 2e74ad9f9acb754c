package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
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

/** What is durable when, with syncs that end when the test says so. */
@Timeout(60)
@ParameterizedClass
@EnumSource
class EngineSyncTest {
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
    handle = new StoreHandle(store, new SyncGate(), new WriteVerifier(UUID::randomUUID));
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

  private TestRequest change(Opcode opcode, int flags) {
    return TestRequest.change(loop, handle, opcode, flags, 0, 4096).submitTo(engine);
  }

  private TestRequest write(int flags) {
    return TestRequest.write(loop, handle, flags, 0, new byte[4096]).submitTo(engine);
  }

  /** Waits until the loop has done all that was given to it before. */
  private void settleLoop() throws Exception {
    loop.submit(() -> {}).get();
  }

  private List<String> calls() {
    return new ArrayList<>(store.calls);
  }

  @Test
  void shouldGiveAFlushThatComesDuringASyncItsOwn() throws Exception {
    TestRequest first = flush();
    store.awaitSync();
    TestRequest second = flush();
    TestRequest third = flush();
    settleLoop();
    store.mayEnd.release();
    assertEquals(Status.OK, first.await());
    store.awaitSync();
    assertFalse(second.isCompleted() || third.isCompleted());
    store.mayEnd.release();
    assertEquals(Status.OK, second.await());
    assertEquals(Status.OK, third.await());
    assertEquals(List.of("sync starts", "sync ends", "sync starts", "sync ends"), calls());
  }

  @Test
  void shouldTellAFailureToAllThatJoinedAndToNobodyElse() throws Exception {
    TestRequest running = flush();
    store.awaitSync();
    TestRequest second = flush();
    TestRequest third = flush();
    TestRequest barrier = write(RequestFlags.BARRIER);
    settleLoop();
    store.mayEnd.release();
    assertEquals(Status.OK, running.await());
    store.awaitSync();
    store.syncFailures.add(new StoreException(Status.IO_ERROR, "lost pages"));
    TestRequest last = flush();
    settleLoop();
    store.mayEnd.release(2);
    assertEquals(Status.IO_ERROR, second.await());
    assertEquals(Status.IO_ERROR, third.await());
    assertEquals(Status.IO_ERROR, barrier.await());
    assertEquals(Status.OK, last.await());
    assertFalse(calls().contains("durable write"), "wrote behind a barrier that failed");
    barrier.release();
  }

  @Test
  void shouldSyncBeforeABarrierAndWriteItDurably() throws Exception {
    TestRequest barrier = write(RequestFlags.BARRIER);
    store.awaitSync();
    assertEquals(List.of("sync starts"), calls());
    store.mayEnd.release();
    assertEquals(Status.OK, barrier.await());
    assertEquals(List.of("sync starts", "sync ends", "durable write"), calls());
    barrier.release();
  }

  @Test
  void shouldWriteDurablyWithoutASyncOfTheWholeStore() throws Exception {
    TestRequest write = write(RequestFlags.FUA | RequestFlags.SYNC);
    assertEquals(Status.OK, write.await());
    assertEquals(List.of("durable write"), calls());
    write.release();
  }

  @Test
  void shouldSyncAfterADurableTrimOrZeroes() throws Exception {
    store.withFreeSyncs();
    assertEquals(Status.OK, change(Opcode.TRIM, RequestFlags.FUA).await());
    assertEquals(Status.OK, change(Opcode.WRITE_ZEROES, RequestFlags.FUA).await());
    assertEquals(
        List.of(
            "trim",
            "sync starts",
            "sync ends",
            "zeroes noHole=false fast=false",
            "sync starts",
            "sync ends"),
        calls());
  }

  @Test
  void shouldSyncOnBothSidesOfAZeroingBarrier() throws Exception {
    store.withFreeSyncs();
    TestRequest barrier = change(Opcode.WRITE_ZEROES, RequestFlags.BARRIER | RequestFlags.NO_HOLE);
    assertEquals(Status.OK, barrier.await());
    assertEquals(
        List.of(
            "sync starts",
            "sync ends",
            "zeroes noHole=true fast=false",
            "sync starts",
            "sync ends"),
        calls());
  }

  @Test
  void shouldFailADurableTrimWhoseSyncFails() throws Exception {
    store.withFreeSyncs();
    store.syncFailures.add(new StoreException(Status.NO_SPACE, "full"));
    assertEquals(Status.NO_SPACE, change(Opcode.TRIM, RequestFlags.FUA).await());
  }

  @Test
  void shouldNotSyncWhatFailed() throws Exception {
    int flags = RequestFlags.FUA | RequestFlags.FAST_ZERO;
    assertEquals(Status.NOT_SUPPORTED, change(Opcode.WRITE_ZEROES, flags).await());
    assertEquals(List.of("zeroes noHole=false fast=true"), calls());
  }

  @Test
  void shouldStartWriteBackOfAWriteThatSomebodyWaitsFor() throws Exception {
    TestRequest write = write(RequestFlags.SYNC);
    assertEquals(Status.OK, write.await()); // the store of this test fails the write-back
    assertEquals(List.of("write", "write-back"), calls());
    write.release();
  }

  @Test
  void shouldServeOthersWhileOneStoreSyncs() throws Exception {
    TestRequest flush = flush();
    store.awaitSync();
    try (ScriptedStore other = new ScriptedStore().withFreeSyncs()) {
      StoreHandle otherAccess =
          new StoreHandle(other, new SyncGate(), new WriteVerifier(UUID::randomUUID));
      assertEquals(Status.OK, TestRequest.flush(loop, otherAccess).submitTo(engine).await());
    }
    assertFalse(flush.isCompleted());
    store.mayEnd.release();
    assertEquals(Status.OK, flush.await());
  }

  @Test
  void shouldFinishWhatWasSubmittedWhenItIsClosed() throws Exception {
    store.writesWait = new CountDownLatch(1);
    List<TestRequest> requests = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      requests.add(write(i % 2 == 0 ? 0 : RequestFlags.BARRIER));
    }
    requests.add(change(Opcode.TRIM, RequestFlags.FUA));
    settleLoop();
    Thread closer = Thread.ofPlatform().start(engine::close);
    store.withFreeSyncs();
    store.writesWait.countDown();
    for (TestRequest request : requests) {
      assertEquals(Status.OK, request.await());
    }
    closer.join();
    TestRequest late = write(0);
    assertEquals(Status.SHUTTING_DOWN, late.await());
    requests.subList(0, 20).forEach(TestRequest::release);
    late.release();
    assertTrue(calls().contains("trim"));
  }
}
