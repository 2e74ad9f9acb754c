package org.dst.server.port;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/**
 * A store of 64 MiB in memory. When it is made smaller it refuses what is behind the new end at
 * once, as a file does, and the test says later whether the cut succeeds.
 */
final class GatedCut {
  /** Reached when a cut has begun. */
  final CountDownLatch begun = new CountDownLatch(1);

  /** Whether cuts succeed; they wait for it. */
  final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

  private final BlockStore memory;
  private volatile long most = Long.MAX_VALUE;

  GatedCut() throws StoreException {
    memory = Stores.open("mem:64M", StoreOptions.DEFAULT);
  }

  /** The store as the server sees it. */
  BlockStore asStore() {
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (proxy, method, arguments) -> {
              try {
                return switch (method.getName()) {
                  case "size", "knownSize" ->
                      Math.min(most, (long) method.invoke(memory, arguments));
                  case "resize" -> resize((long) arguments[0]);
                  default -> method.invoke(memory, arguments);
                };
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Void resize(long size) throws StoreException {
    if (size < memory.knownSize()) {
      most = size;
      begun.countDown();
      try {
        if (!outcome.join()) {
          throw new StoreException(Status.IO_ERROR, "the cut has failed");
        }
      } finally {
        most = Long.MAX_VALUE;
      }
    }
    memory.resize(size);
    return null;
  }
}
