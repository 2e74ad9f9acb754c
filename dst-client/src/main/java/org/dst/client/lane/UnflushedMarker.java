package org.dst.client.lane;

import java.util.UUID;

/**
 * What a lane records for a successor of this process: whether it has acknowledged changes that are
 * not durable, and under which verifier. A successor that meets another verifier knows that they
 * may be lost.
 */
public interface UnflushedMarker {
  /** Records nothing; for read-only access. */
  UnflushedMarker NONE =
      new UnflushedMarker() {
        @Override
        public void verifier(UUID verifier) {
          // not recorded
        }

        @Override
        public void unflushed(boolean any) {
          // not recorded
        }
      };

  /** The lane's changes are in the server's cache of that verifier. */
  void verifier(UUID verifier);

  /**
   * Whether there are acknowledged changes that are not durable; called before the request
   * completes.
   */
  void unflushed(boolean any);
}
