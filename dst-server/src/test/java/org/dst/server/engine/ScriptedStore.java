package org.dst.server.engine;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Extent;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.RingStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/**
 * A store in memory whose calls are recorded and whose syncs wait for the test. The faults that it
 * makes: a sync that fails, a write that throws something unexpected, a read that cannot be tried.
 */
final class ScriptedStore implements BlockStore {
  private static final int SECONDS = 20;

  final Queue<String> calls = new ConcurrentLinkedQueue<>();
  final Queue<StoreException> syncFailures = new ConcurrentLinkedQueue<>();

  /** One is released when a sync starts. */
  final Semaphore started = new Semaphore(0);

  /** A sync ends when it gets one. */
  final Semaphore mayEnd = new Semaphore(0);

  /** Writes wait for this. */
  volatile CountDownLatch writesWait = new CountDownLatch(0);

  volatile RuntimeException writeFault;
  volatile boolean triesReads = true;

  private final BlockStore memory;
  private volatile boolean cache;
  private volatile RingStore ring;

  ScriptedStore() throws StoreException {
    memory = Stores.open("mem:1M", StoreOptions.DEFAULT);
  }

  /** Lets syncs end at once. */
  ScriptedStore withFreeSyncs() {
    mayEnd.release(1_000_000);
    return this;
  }

  /** Says that its writes go into memory. */
  ScriptedStore withCache() {
    cache = true;
    return this;
  }

  /** Has a part for rings, which does the same on threads of its own. */
  ScriptedStore withRing() {
    ring = new ScriptedRingStore(this);
    return this;
  }

  @Override
  public RingStore onRing() {
    return ring;
  }

  @Override
  public boolean cachesWrites() {
    return cache;
  }

  /** Waits until a sync has started. */
  void awaitSync() throws InterruptedException {
    if (!started.tryAcquire(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no sync started; calls: " + calls);
    }
  }

  @Override
  public void sync() throws StoreException {
    calls.add("sync starts");
    started.release();
    try {
      if (!mayEnd.tryAcquire(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the test forgot a sync");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    calls.add("sync ends");
    StoreException failure = syncFailures.poll();
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable) throws StoreException {
    calls.add(durable ? "durable write" : "write");
    try {
      if (!writesWait.await(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the test forgot a write");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (writeFault != null) {
      throw writeFault;
    }
    memory.write(offset, source, durable);
  }

  @Override
  public boolean tryRead(long offset, ByteBuf target, int length) throws StoreException {
    return triesReads && memory.tryRead(offset, target, length);
  }

  @Override
  public void read(long offset, ByteBuf target, int length) throws StoreException {
    calls.add("read");
    memory.read(offset, target, length);
  }

  @Override
  public void trim(long offset, long length) throws StoreException {
    calls.add("trim");
    memory.trim(offset, length);
  }

  @Override
  public void writeZeroes(long offset, long length, boolean noHole, boolean fast)
      throws StoreException {
    calls.add("zeroes noHole=" + noHole + " fast=" + fast);
    if (fast) {
      throw new StoreException(Status.NOT_SUPPORTED, "not fast");
    }
    memory.writeZeroes(offset, length, noHole, false);
  }

  @Override
  public void startWriteBack(long offset, long length) throws StoreException {
    calls.add("write-back");
    throw new StoreException(Status.IO_ERROR, "promises nothing");
  }

  @Override
  public void cache(long offset, long length) throws StoreException {
    calls.add("cache");
    memory.cache(offset, length);
  }

  @Override
  public List<Extent> status(long offset, long length, int most) throws StoreException {
    return memory.status(offset, length, most);
  }

  @Override
  public StoreInfo info() {
    return memory.info();
  }

  @Override
  public long size() {
    return memory.size();
  }

  @Override
  public void close() {
    memory.close();
  }
}
