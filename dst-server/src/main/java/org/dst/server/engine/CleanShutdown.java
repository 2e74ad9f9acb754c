package org.dst.server.engine;

import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.dst.server.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The planned end of a store's cache lifetime: syncs everything that was acknowledged under the
 * verifier, and only then records that the verifier ended clean, so that clients need not replay
 * it. On the thread that closes the server.
 */
public final class CleanShutdown {
  private static final Logger log = LoggerFactory.getLogger(CleanShutdown.class);

  private CleanShutdown() {}

  /**
   * Syncs the store. Nothing may be running in it, and nothing may be acknowledged any more.
   *
   * @param worker runs the sync, which blocks
   * @param note records durably that the verifier ended clean; called on the same thread after a
   *     successful sync, and not at all if the sync failed
   */
  public static void of(StoreHandle handle, Executor worker, Consumer<UUID> note) {
    UUID ended = handle.writeVerifier().verifier();
    worker.execute(
        () -> {
          try {
            handle.store().sync();
          } catch (StoreException failed) {
            log.warn(
                "the last sync of {} failed ({}); clients will replay the writes that they have not"
                    + " flushed",
                handle.store().info().location(),
                failed.getMessage());
            return;
          }
          note.accept(ended);
        });
  }
}
