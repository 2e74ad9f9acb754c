package org.dst.server.store.open;

import java.io.IOException;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreOptions;

/** Run as a program by tests: opens a store, says so, and keeps it until its input ends. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] arguments) throws IOException {
    try (BlockStore store = Stores.open(arguments[0], StoreOptions.DEFAULT)) {
      System.out.println("holding " + store.size());
      while (System.in.read() >= 0) {
        // Only the end of the input counts.
      }
    }
  }
}
