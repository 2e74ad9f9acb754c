package org.dst.server.engine;

import java.util.UUID;
import java.util.function.Supplier;

/**
 * The verifier of a store: names one lifetime of its volatile cache. A failed sync ends that
 * lifetime, because the kernel may have dropped the pages that it could not write, and a later
 * success would say nothing about them. Thread-safe.
 */
public final class StoreVerifier {
  private final Supplier<UUID> fresh;
  private volatile UUID verifier;
  private final StoreErrors errors = new StoreErrors();
  private int failures;
  private volatile Runnable listener = () -> {};
  private volatile Runnable confirmation = () -> {};

  /**
   * A cache at the start of its first lifetime.
   *
   * @param fresh generates verifiers
   */
  public StoreVerifier(Supplier<UUID> fresh) {
    this.fresh = fresh;
    verifier = fresh.get();
  }

  /** The verifier of the current lifetime. */
  public UUID verifier() {
    return verifier;
  }

  /** Sets the listener of {@link #announce}; called on the announcing thread. */
  public void onFailure(Runnable listener) {
    this.listener = listener;
  }

  /**
   * A sync, or the implicit sync of a durable write, has failed. Called by the thread that saw the
   * failure, before the next sync of the store starts: a later success must not be believed.
   */
  public synchronized void syncFailed() {
    failures++;
    verifier = fresh.get();
  }

  /** Sets the listener of {@link #confirmed}; called on the confirming thread. */
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

  /** The errors of the storage. */
  public StoreErrors errors() {
    return errors;
  }

  /**
   * Whether a failed sync is reported to clients: the second in a row, after they have replayed.
   */
  public synchronized boolean surfaces() {
    return failures > 1;
  }

  /** Tells the export that its clients must attach again. */
  public void announce() {
    listener.run();
  }
}
