package org.dst.server.engine;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.dst.server.store.Uring;
import org.dst.server.store.UringStore;

/** A scripted store's operations by a ring: those that wait, each on a thread of its own. */
final class ScriptedRingStore implements UringStore {
  private final ScriptedStore store;

  ScriptedRingStore(ScriptedStore store) {
    this.store = store;
  }

  private interface Work {
    void run() throws StoreException;
  }

  private static void start(Work work, Outcome outcome) {
    Thread.startVirtualThread(() -> outcome.ended(failure(work)));
  }

  private static StoreException failure(Work work) {
    try {
      work.run();
      return null;
    } catch (StoreException e) {
      return e;
    } catch (RuntimeException | Error e) {
      return new StoreException(Status.IO_ERROR, "fault in the test: " + e);
    }
  }

  @Override
  public void read(Uring ring, long offset, ByteBuf target, int length, Outcome outcome) {
    start(() -> store.read(offset, target, length), outcome);
  }

  @Override
  public boolean write(Uring ring, long offset, ByteBuf source, boolean durable, Outcome outcome) {
    if (store.writeFault != null) {
      throw store.writeFault;
    }
    start(() -> store.write(offset, source, durable), outcome);
    return true;
  }

  @Override
  public void sync(Uring ring, Outcome outcome) {
    start(store::sync, outcome);
  }

  @Override
  public boolean trim(Uring ring, long offset, long length, Outcome outcome) {
    start(() -> store.trim(offset, length), outcome);
    return true;
  }

  /** Can zero nothing, as it finds out at once or late; the method that waits is the last word. */
  @Override
  public boolean writeZeroes(
      Uring ring, long offset, long length, boolean noHole, Outcome outcome) {
    if (!noHole) {
      start(() -> refuse("no holes"), outcome);
    }
    return !noHole;
  }

  private static void refuse(String why) throws StoreException {
    throw new StoreException(Status.NOT_SUPPORTED, why);
  }
}
