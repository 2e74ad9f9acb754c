package org.dst.server.port;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.dst.server.SecurityOptions;

/**
 * Counts the links whose client has not proved anything yet, so that strangers cannot fill the
 * server with them. Any thread.
 */
final class UnprovenLinks {
  private final int limit;
  private final int limitPerAddress;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private int all;

  UnprovenLinks(SecurityOptions security) {
    limit = security.maxUnproven();
    limitPerAddress = security.maxUnprovenPerAddress();
  }

  /**
   * Counts one more.
   *
   * @return null, or which limit forbids it
   */
  synchronized String enter(InetAddress address) {
    if (all >= limit) {
      return "%d links have proved no key yet, the limit".formatted(all);
    }
    int same = byAddress.getOrDefault(address, 0);
    if (same >= limitPerAddress) {
      return "%d links from there have proved no key yet, the limit".formatted(same);
    }
    byAddress.put(address, same + 1);
    all++;
    return null;
  }

  /** One that was counted has proved its key, or is gone. */
  synchronized void leave(InetAddress address) {
    all--;
    byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
  }
}
