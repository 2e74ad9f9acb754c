package org.dst.client.kernel;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What is wanted of the kernel's device.
 *
 * @param device its path; null for the first that is free, or that a predecessor left behind
 * @param by the back end
 * @param connections between the kernel and this process, 1 to 16
 * @param block bytes of a sector, a power of two from 512 to 4096; 0 for the smallest that the
 *     export allows
 * @param grace how long the device's requests wait for a successor when this process has died, in
 *     whole seconds
 * @param retry how often the kernel looks for requests that it sent to a process that has died, in
 *     whole seconds
 * @param keep leave the device connected for a successor, whether it is in use or not
 * @param locks the directory of the files that say which device has a living process
 */
public record DeviceOptions(
    Path device,
    By by,
    int connections,
    int block,
    Duration grace,
    Duration retry,
    boolean keep,
    Path locks) {
  private static final int MOST_CONNECTIONS = 16;
  private static final int LARGEST_BLOCK = 4096;
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final Duration LONGEST_RETRY = Duration.ofHours(1);

  /** How the kernel is told. */
  public enum By {
    /** Netlink if the kernel's driver speaks it, else nbd-client. */
    AUTO,
    /** The driver's own generic netlink family. */
    NETLINK,
    /** The program nbd-client. */
    NBD_CLIENT
  }

  /** Checks the ranges. */
  public DeviceOptions {
    require(
        connections >= 1 && connections <= MOST_CONNECTIONS, "connections", connections, "1 to 16");
    require(
        block == 0 || Integer.bitCount(block) == 1 && block >= 512 && block <= LARGEST_BLOCK,
        "sectors of",
        block,
        "512, 1024, 2048 or 4096 bytes");
    require(within(grace, LONGEST), "a grace of", grace.toSeconds(), "1 to 2592000 seconds");
    require(within(retry, LONGEST_RETRY), "a retry after", retry.toSeconds(), "1 to 3600 seconds");
    require(!keep || by != By.NBD_CLIENT, "keep, by", by, "netlink");
  }

  private static boolean within(Duration time, Duration most) {
    return time.compareTo(Duration.ofSeconds(1)) >= 0 && time.compareTo(most) <= 0;
  }

  private static void require(boolean fits, String what, Object value, String expected) {
    if (!fits) {
      throw new IllegalArgumentException(
          "device with %s %s (expected: %s)".formatted(what, value, expected));
    }
  }
}
