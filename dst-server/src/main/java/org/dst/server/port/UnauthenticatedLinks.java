package org.dst.server.port;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the links whose client has not proved a key yet, so that strangers cannot exhaust the
 * server. Any thread.
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
   * Counts a new link. IPv6 addresses of one /64 network count as one address.
   *
   * @return null, or the limit that forbids the link
   */
  synchronized String enter(InetAddress address) {
    if (all >= limit) {
      return "%d unauthenticated links are open, the limit".formatted(all);
    }
    InetAddress origin = origin(address);
    int same = byAddress.getOrDefault(origin, 0);
    if (same >= limitPerAddress) {
      return "%d unauthenticated links from there are open, the limit".formatted(same);
    }
    byAddress.put(origin, same + 1);
    all++;
    return null;
  }

  /** A counted link has been authenticated or closed. */
  synchronized void leave(InetAddress address) {
    all--;
    byAddress.computeIfPresent(origin(address), (same, count) -> count == 1 ? null : count - 1);
  }

  /** An IPv6 host can use any address of its /64 network, so the whole network counts. */
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
