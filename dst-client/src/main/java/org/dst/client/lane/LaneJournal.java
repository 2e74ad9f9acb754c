package org.dst.client.lane;

import java.util.UUID;

/**
 * What must outlive the process: whether a lane has acknowledged changes that its server may still
 * forget, and under which verifier. A successor that finds another verifier must not pretend that
 * nothing was lost.
 */
public interface LaneJournal {
  /** Keeps nothing; for access without changes. */
  LaneJournal NONE =
      new LaneJournal() {
        @Override
        public void verifier(UUID verifier) {
          // nothing to keep
        }

        @Override
        public void unflushed(boolean any) {
          // nothing to keep
        }
      };

  /** The lane's changes are now in the server's cache of that verifier. */
  void verifier(UUID verifier);

  /** Whether there are acknowledged changes that are not durable; called before the answer. */
  void unflushed(boolean any);
}
