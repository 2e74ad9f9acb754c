package org.dst.client;

import java.util.Arrays;
import org.dst.client.lane.LaneActivity;
import org.dst.client.session.SessionOpener;
import org.dst.client.session.SessionStatus;
import org.dst.client.state.ClientState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session has not made durable when it detaches.
 *
 * @param unflushed whether there are acknowledged changes that a crash of the server could lose
 * @param bytes of their payloads; trims have none
 * @param over whether another client has taken over the export, so that there is nothing to flush
 */
record UnflushedAtDetach(boolean unflushed, long bytes, boolean over) {
  private static final Logger log = LoggerFactory.getLogger(UnflushedAtDetach.class);

  /** Asks the lanes, which must still be open. */
  static UnflushedAtDetach of(SessionOpener opener, DeferredMarker[] markers) {
    SessionStatus status = opener.status().join();
    return new UnflushedAtDetach(
        Arrays.stream(markers).anyMatch(DeferredMarker::isUnflushed),
        status.unflushedBytes(),
        status.lanes().stream()
            .anyMatch(lane -> lane.activity().state() == LaneActivity.State.OVER));
  }

  /**
   * Logs what is left behind after the last flush or the detach failed.
   *
   * @param file the state file that a successor finds; null if there is none
   * @param held whether the server still has the session, and its lease if it has one
   */
  DetachOutcome report(FinalFlush flush, ClientState file, boolean held) {
    if (over) {
      log.warn("detached: another client has taken over the export");
      return DetachOutcome.CLEAN;
    }
    if (unflushed) {
      log.error(
          "{} could not be flushed: {}. The server still holds them in its cache{}; attach again on"
              + " this machine to flush them (exit code 8 if the server lost its cache meanwhile)",
          bytes == 0 ? "acknowledged trims or zeroes" : bytes + " bytes of acknowledged writes",
          flush.reason(),
          file == null ? "" : ", recorded in " + file.path());
      return DetachOutcome.WRITES_KEPT;
    }
    if (file == null || !held) {
      log.warn("detached: {}; no unflushed writes", flush.reason());
      return DetachOutcome.CLEAN;
    }
    log.warn(
        "detached: {}; no unflushed writes, but the export stays leased to this machine until the"
            + " next attach here",
        flush.reason());
    return DetachOutcome.LEASE_KEPT;
  }
}
