package org.dst.client.session;

import java.util.concurrent.TimeUnit;
import org.dst.client.lane.LaneActivity;
import org.dst.client.link.ServerAddress;
import org.dst.crypto.record.LinkProtection;

/**
 * One lane at one moment.
 *
 * @param number of the lane, from 0
 * @param server that it is connected with, or has tried last; null before the first attempt
 * @param lastFailure why the last link was lost or could not be had; null if that never happened
 * @param activity what it was doing
 * @param protection of its link, or of the last one; null before the first
 */
public record LaneStatus(
    int number,
    ServerAddress server,
    String lastFailure,
    LaneActivity activity,
    LinkProtection protection) {
  /** Whether it has been without a link for at least so long. */
  boolean isGone(long nanos) {
    return activity.state() == LaneActivity.State.DOWN && activity.stateNanos() >= nanos;
  }

  /** How long it has been without a link, and why, for people. */
  public String outage() {
    return "lane %d has had no link for %d s (%s)"
        .formatted(number, TimeUnit.NANOSECONDS.toSeconds(activity.stateNanos()), lastFailure);
  }
}
