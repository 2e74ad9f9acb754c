package org.dst.client;

import java.util.Arrays;
import org.dst.client.lane.LaneActivity;
import org.dst.client.session.SessionOpener;
import org.dst.client.session.SessionStatus;
import org.dst.client.state.ClientState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session has not made durable at the moment when it leaves.
 *
 * @param unflushed whether there are acknowledged changes that a crash of the server could lose
 * @param bytes of their payloads; trims have none
 * @param over whether another client has taken over the export, so that nothing is left to be done
 */
record UndurableState(boolean unflushed, long bytes, boolean over) {
  private static final Logger log = LoggerFactory.getLogger(UndurableState.class);

  /** Asks the lanes, which are to be there still. */
  static UndurableState of(SessionOpener opener, DeferredJournal[] journals) {
    SessionStatus status = opener.status().join();
    return new UndurableState(
        Arrays.stream(journals).anyMatch(DeferredJournal::isUnflushed),
        status.unflushedBytes(),
        status.lanes().stream()
            .anyMatch(lane -> lane.activity().state() == LaneActivity.State.OVER));
  }

  /**
   * Says what stays behind after a last flush, or a detach, that did not succeed.
   *
   * @param file the state file that a successor finds; null if there is none
   * @param held whether the server still has the session, and its lease if it has one
   */
  DetachOutcome tell(FinalFlush flush, ClientState file, boolean held) {
    if (over) {
      log.warn("detaching: another client has taken over the export");
      return DetachOutcome.CLEAN;
    }
    if (unflushed) {
      log.error(
          "detaching with {} bytes of acknowledged writes not flushed: {}. The server's cache still"
              + " holds them{}. Attach again on this machine to flush them; if the server has lost"
              + " its cache by then, that attach exits with code 8",
          bytes,
          flush.reason(),
          file == null ? "" : ", and " + file.path() + " records it");
      return DetachOutcome.WRITES_KEPT;
    }
    if (file == null || !held) {
      log.warn("detaching: {}; all writes are flushed", flush.reason());
      return DetachOutcome.CLEAN;
    }
    log.warn(
        "detaching: {}; all writes are flushed, but this machine keeps the lease until its next"
            + " attach",
        flush.reason());
    return DetachOutcome.LEASE_KEPT;
  }
}
