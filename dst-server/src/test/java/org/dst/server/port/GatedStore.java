package org.dst.server.port;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/** A store in memory whose writes wait until the test lets them go. */
final class GatedStore {
  private static final int SECONDS = 20;

  /** One is released when a write begins. */
  final Semaphore begun = new Semaphore(0);

  /** A write takes one before it is made. */
  final Semaphore mayWrite = new Semaphore(0);

  final BlockStore memory;

  GatedStore() throws StoreException {
    memory = Stores.open("mem:64M", StoreOptions.DEFAULT);
  }

  /** The store as the server sees it. */
  BlockStore asStore() {
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("write")) {
                begun.release();
                take(mayWrite, "the test forgot a write");
              }
              if (method.getName().equals("cachesWrites")) {
                return false; // or they would wait on the event loop
              }
              try {
                return method.invoke(memory, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  void awaitWrite() throws InterruptedException {
    take(begun, "no write began");
  }

  private static void take(Semaphore semaphore, String message) throws InterruptedException {
    if (!semaphore.tryAcquire(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(message);
    }
  }
}
