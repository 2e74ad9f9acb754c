package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dst.platform.loop.EventLoopQueue;
import org.dst.protocol.Extent;
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

@Timeout(60)
@ParameterizedClass
@EnumSource
class EngineTest {
  @Parameter private Engines kind;
  private EventExecutor loop;
  private EventExecutor otherLoop;
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
    otherLoop = kind.loop();
    engine = kind.engine(ThreadsEngine.DEFAULT_THREADS);
    store = kind.store(new ScriptedStore().withFreeSyncs());
    handle = new StoreHandle(store, new SyncGate(), new WriteVerifier(UUID::randomUUID));
  }

  @AfterEach
  void close() throws InterruptedException {
    engine.close();
    loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    otherLoop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    store.close();
  }

  private void write(int flags, byte[] bytes) throws Exception {
    TestRequest write = TestRequest.write(loop, handle, flags, 0, bytes).submitTo(engine);
    assertEquals(Status.OK, write.await());
    write.release();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void shouldAnswerACachedReadBeforeSubmitReturns() throws Exception {
    write(0, filled(4096, 7));
    TestRequest read = TestRequest.read(loop, handle, 0, 4096);
    boolean atOnce =
        loop.submit(
                () -> {
                  engine.submit(read);
                  return read.isCompleted();
                })
            .get();
    assertTrue(atOnce);
    assertEquals(Status.OK, read.await());
    assertArrayEquals(filled(4096, 7), read.bytes());
    assertFalse(store.calls.contains("read"));
  }

  @Test
  void shouldReadOnThePoolWhatWouldWait() throws Exception {
    store.triesReads = false;
    write(0, filled(4096, 8));
    TestRequest read = TestRequest.read(loop, handle, 0, 4096).submitTo(engine);
    assertEquals(Status.OK, read.await());
    assertArrayEquals(filled(4096, 8), read.bytes());
    assertTrue(store.calls.contains("read"));
  }

  @Test
  void shouldReadOnThePoolWhatIsLong() throws Exception {
    int length = ThreadsEngine.LONGEST_INLINE_READ + 1;
    TestRequest read = TestRequest.read(loop, handle, 0, length).submitTo(engine);
    assertEquals(Status.OK, read.await());
    assertArrayEquals(new byte[length], read.bytes());
    assertTrue(store.calls.contains("read"));
  }

  @Test
  void shouldCompleteEveryRequestOnceOnItsOwnLoop() throws Exception {
    List<TestRequest> requests = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      EventExecutor its = i % 2 == 0 ? loop : otherLoop;
      requests.add(
          switch (i % 5) {
            case 0 -> TestRequest.flush(its, handle);
            case 1 -> TestRequest.write(its, handle, 0, 4096L * (i % 200), filled(4096, i));
            case 2 -> TestRequest.change(its, handle, Opcode.TRIM, RequestFlags.FUA, 0, 4096);
            case 3 -> TestRequest.write(its, handle, RequestFlags.BARRIER, 0, filled(512, i));
            default -> TestRequest.change(its, handle, Opcode.CACHE, 0, 0, 4096);
          });
    }
    requests.forEach(request -> request.submitTo(engine));
    for (TestRequest request : requests) {
      assertEquals(Status.OK, request.await());
      if (request.data() != null) {
        request.release();
      }
    }
  }

  @Test
  void shouldEncodeTheExtentsOfARange() throws Exception {
    write(0, filled(4096, 1));
    ByteBuf data = Unpooled.directBuffer();
    TestRequest all =
        new TestRequest(loop, handle, Opcode.BLOCK_STATUS, 0, 0, 12_288, data).submitTo(engine);
    assertEquals(Status.OK, all.await());
    int hole = Extent.HOLE | Extent.ZERO;
    List<Extent> extents = Extent.decodeAll(data);
    data.clear();
    TestRequest one =
        new TestRequest(loop, handle, Opcode.BLOCK_STATUS, RequestFlags.REQ_ONE, 0, 12_288, data)
            .submitTo(engine);
    assertEquals(Status.OK, one.await());
    List<Extent> first = Extent.decodeAll(data);
    data.release();
    assertEquals(List.of(new Extent(4096, 0), new Extent(8192, hole)), extents);
    assertEquals(List.of(new Extent(4096, 0)), first);
  }

  @Test
  void shouldAnswerWithTheStoresOwnStatus() throws Exception {
    TestRequest read = TestRequest.read(loop, handle, 1 << 20, 1).submitTo(engine);
    assertEquals(Status.INVALID, read.await());
    assertEquals(0, read.bytes().length);
    TestRequest write =
        TestRequest.write(loop, handle, 0, Long.MAX_VALUE, new byte[10]).submitTo(engine);
    assertEquals(Status.NO_SPACE, write.await());
    write.release();
    TestRequest trim =
        TestRequest.change(loop, handle, Opcode.TRIM, 0, 0, Long.MAX_VALUE).submitTo(engine);
    assertEquals(Status.NO_SPACE, trim.await());
  }

  @Test
  void shouldRefuseAWriteWhoseCountIsNotItsBytes() throws Exception {
    ByteBuf data = Unpooled.directBuffer(10).writeZero(10);
    TestRequest write = new TestRequest(loop, handle, Opcode.WRITE, 0, 0, 11, data);
    assertEquals(Status.INVALID, write.submitTo(engine).await());
    data.release();
  }

  @Test
  void shouldRefuseWhatIsNoOperation() throws Exception {
    TestRequest ping = TestRequest.change(loop, handle, Opcode.PING, 0, 0, 0);
    assertEquals(Status.NOT_SUPPORTED, ping.submitTo(engine).await());
  }

  @Test
  void shouldSurviveAFaultInTheProgram() throws Exception {
    store.writeFault = new IllegalStateException("made by the test");
    for (int i = 0; i < ThreadsEngine.DEFAULT_THREADS + 1; i++) {
      TestRequest write = TestRequest.write(loop, handle, 0, 0, new byte[10]).submitTo(engine);
      assertEquals(Status.IO_ERROR, write.await());
      write.release();
    }
    store.writeFault = null;
    write(0, new byte[10]);
  }

  @Test
  void shouldCompleteTheOthersWhenOneCompletionThrows() throws Exception {
    TestRequest broken = TestRequest.flush(loop, handle);
    loop.submit(() -> broken.completed(Status.OK)).get(); // its second completion throws
    TestRequest whole = TestRequest.flush(loop, handle);
    EventLoopQueue queue = new EventLoopQueue(loop);
    broken.outcome = Status.OK;
    whole.outcome = Status.NO_SPACE;
    loop.submit(
            () -> {
              queue.push(broken);
              queue.push(whole);
            })
        .get();
    assertEquals(Status.NO_SPACE, whole.await());
  }

  @Test
  void shouldWantAThreadAtLeast() {
    assertThrows(IllegalArgumentException.class, () -> new ThreadsEngine(0));
  }
}
