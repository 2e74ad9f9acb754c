package org.dst.client;

import java.util.UUID;
import org.dst.client.lane.UnflushedMarker;

/**
 * Buffers a lane's marker entries until the state file belongs to the session: until then the file
 * still describes the predecessor, which must not be lost if this process dies early. Any thread.
 */
final class DeferredMarker implements UnflushedMarker {
  private UnflushedMarker file;
  private UUID verifier;
  private boolean any;

  /** Writes what was buffered, and passes on everything that follows. */
  synchronized void start(UnflushedMarker marker) {
    file = marker;
    if (verifier != null) {
      file.verifier(verifier);
    }
    file.unflushed(any);
  }

  /** Whether the lane's server still has the cache of that verifier. */
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
