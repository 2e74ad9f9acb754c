package org.dst.client.lane;

import java.time.Duration;

/**
 * The resend timeout of transactions, and the number of resends after which they fail.
 *
 * @param timeout time without an acknowledgement after which a copy is sent; at most an hour
 * @param maxResends copies after the first; negative for unlimited
 */
public record ResendLimits(Duration timeout, int maxResends) {
  /** Five minutes in all. */
  public static final ResendLimits DEFAULT = new ResendLimits(Duration.ofSeconds(5), 60);

  boolean exhausted(int attempts) {
    return maxResends >= 0 && attempts > maxResends;
  }
}
