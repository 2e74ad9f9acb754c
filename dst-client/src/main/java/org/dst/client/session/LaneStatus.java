package org.dst.client.session;

import java.util.concurrent.TimeUnit;
import org.dst.client.lane.LaneActivity;
import org.dst.client.link.ServerAddress;
import org.dst.crypto.record.LinkProtection;

/**
 * A snapshot of one lane, for the status.
 *
 * @param number of the lane, from 0
 * @param server that it is connected to, or dialed last; null before the first attempt
 * @param lastFailure why the last link was lost or could not be opened; null if that never happened
 * @param activity state of its core
 * @param protection of its link, or of the last one; null before the first
 */
public record LaneStatus(
    int number,
    ServerAddress server,
    String lastFailure,
    LaneActivity activity,
    LinkProtection protection) {
  /** Whether it has been without a link for at least {@code nanos}. */
  boolean isGone(long nanos) {
    return activity.state() == LaneActivity.State.DOWN && activity.stateNanos() >= nanos;
  }

  /** How long it has been without a link, and why, as text. */
  public String outage() {
    return "lane %d has been disconnected for %d s (%s)"
        .formatted(number, TimeUnit.NANOSECONDS.toSeconds(activity.stateNanos()), lastFailure);
  }
}
