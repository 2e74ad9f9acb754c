package org.dst.client;

import java.util.UUID;
import org.dst.client.lane.LaneJournal;

/**
 * Holds a lane's news back until the state file is the session's own: before that the file still
 * says what a predecessor left, which must not be lost if this process dies early.
 */
final class DeferredJournal implements LaneJournal {
  private LaneJournal file;
  private UUID verifier;
  private boolean any;

  /** Passes on what is known and everything that follows. */
  synchronized void start(LaneJournal journal) {
    file = journal;
    if (verifier != null) {
      file.verifier(verifier);
    }
    file.unflushed(any);
  }

  /** Whether the lane's server has kept its cache since it had that verifier. */
  synchronized boolean isUnder(UUID verifier) {
    return verifier != null && verifier.equals(this.verifier);
  }

  /** Whether the lane has acknowledged changes that are not durable. */
  synchronized boolean isUnflushed() {
    return any;
  }

  @Override
  public synchronized void verifier(UUID verifier) {
    this.verifier = verifier;
    if (file != null) {
      file.verifier(verifier);
    }
  }

  @Override
  public synchronized void unflushed(boolean any) {
    if (this.any != any) {
      this.any = any;
      if (file != null) {
        file.unflushed(any);
      }
    }
  }
}
