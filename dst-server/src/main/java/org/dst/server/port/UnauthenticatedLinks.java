package org.dst.server.port;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the links whose client has not proved anything yet, so that strangers cannot fill the
 * server with them. Any thread.
 */
final class UnauthenticatedLinks {
  private final int limit;
  private final int limitPerAddress;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private int all;

  UnauthenticatedLinks(SecurityOptions security) {
    limit = security.maxUnproven();
    limitPerAddress = security.maxUnprovenPerAddress();
  }

  /**
   * Counts one more. IPv6 addresses of one network of 64 bits are taken for one.
   *
   * @return null, or which limit forbids it
   */
  synchronized String enter(InetAddress address) {
    if (all >= limit) {
      return "%d links have proved no key yet, the limit".formatted(all);
    }
    InetAddress origin = origin(address);
    int same = byAddress.getOrDefault(origin, 0);
    if (same >= limitPerAddress) {
      return "%d links from there have proved no key yet, the limit".formatted(same);
    }
    byAddress.put(origin, same + 1);
    all++;
    return null;
  }

  /** One that was counted has proved its key, or is gone. */
  synchronized void leave(InetAddress address) {
    all--;
    byAddress.computeIfPresent(origin(address), (same, count) -> count == 1 ? null : count - 1);
  }

  /** One IPv6 host has as many addresses as it likes, so its whole network counts: 64 bits. */
  private static InetAddress origin(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return address;
    }
    Arrays.fill(bytes, 8, 16, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
