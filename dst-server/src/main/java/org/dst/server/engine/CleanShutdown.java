package org.dst.server.engine;

import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.dst.server.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The planned end of a lifetime of a store's volatile cache: what was acknowledged under its
 * verifier is made durable, and only then is that noted, so that clients need not replay it.
 */
public final class CleanShutdown {
  private static final Logger log = LoggerFactory.getLogger(CleanShutdown.class);

  private CleanShutdown() {}

  /**
   * Syncs the store. Nothing may run in it any more, and nothing be acknowledged.
   *
   * @param worker runs the sync, which blocks
   * @param note makes durable that the verifier ended clean; called after the sync, on the same
   *     thread, and not at all if that has failed
   */
  public static void of(StoreHandle access, Executor worker, Consumer<UUID> note) {
    UUID ended = access.health().verifier();
    worker.execute(
        () -> {
          try {
            access.store().sync();
          } catch (StoreException failed) {
            log.warn(
                "the last sync of {} failed ({}); clients will send again what they have not"
                    + " flushed",
                access.store().info().location(),
                failed.getMessage());
            return;
          }
          note.accept(ended);
        });
  }
}
