package org.dst.server.engine;

import java.util.UUID;
import java.util.function.Supplier;

/**
 * Whether what was acknowledged is still in the store's volatile cache. The verifier names one
 * lifetime of that cache; a failed sync ends it, because the kernel may have dropped the pages that
 * it could not write, and a later success would mean nothing for them. Thread-safe.
 */
public final class StoreVerifier {
  private final Supplier<UUID> fresh;
  private volatile UUID verifier;
  private final StoreErrors errors = new StoreErrors();
  private int failures;
  private volatile Runnable listener = () -> {};
  private volatile Runnable confirmation = () -> {};

  /** A cache that begins to live, under the first of {@code fresh} verifiers. */
  public StoreVerifier(Supplier<UUID> fresh) {
    this.fresh = fresh;
    verifier = fresh.get();
  }

  /** The present lifetime of the cache. */
  public UUID verifier() {
    return verifier;
  }

  /** Calls {@code listener} whenever {@link #announce} is; on the announcing thread. */
  public void onFailure(Runnable listener) {
    this.listener = listener;
  }

  /**
   * A sync, or the sync inside a durable write, has failed. Called by the thread that saw it,
   * before the next sync of the store starts: a success that comes after must not be believed.
   */
  public synchronized void syncFailed() {
    failures++;
    verifier = fresh.get();
  }

  /** Calls {@code listener} whenever {@link #confirmed} was; on the thread that did. */
  public void onConfirmed(Runnable listener) {
    confirmation = listener;
  }

  /** A client has been told that its data is durable. */
  public void confirmed() {
    synchronized (this) {
      failures = 0;
    }
    confirmation.run();
  }

  /** Whether a sync has failed and no client has been told since that its data is durable. */
  public synchronized boolean isUnconfirmed() {
    return failures > 0;
  }

  /** What the storage has failed with. */
  public StoreErrors errors() {
    return errors;
  }

  /** Whether a failure is to be told to clients: the second in a row, after they replayed. */
  public synchronized boolean surfaces() {
    return failures > 1;
  }

  /** Tells the export that its clients have to come back. */
  public void announce() {
    listener.run();
  }
}
