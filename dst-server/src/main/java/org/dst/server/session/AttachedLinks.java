package org.dst.server.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.dst.protocol.Access;
import org.dst.server.access.Peer;

/**
 * Every link that was granted a lane and of whose lane something may still run, also when it is
 * fenced already, has detached, or its session has been replaced. Owned by the registry's thread.
 */
final class AttachedLinks {
  /** In the order in which they were granted, so that a simulated run can be repeated. */
  private final Map<LinkHandle, Access> links = new LinkedHashMap<>();

  /** Whether a peer may go on with that access. */
  interface Permission {
    boolean covers(Peer peer, Access access);
  }

  void add(LinkHandle link, Access access) {
    links.put(link, access);
  }

  void forEach(Consumer<LinkHandle> told) {
    links.keySet().forEach(told);
  }

  /** Nothing of the link's lane runs any more. */
  void remove(LinkHandle link) {
    links.remove(link);
  }

  /**
   * Fences the links whose peers may not go on.
   *
   * @param ended called once nothing of them runs; at once if there is none
   * @return how many there are
   */
  int endUnless(Permission permission, String reason, Runnable ended) {
    List<LinkHandle> ending = new ArrayList<>();
    links.forEach(
        (link, access) -> {
          if (!permission.covers(link.peer(), access)) {
            ending.add(link);
          }
        });
    if (ending.isEmpty()) {
      ended.run();
      return 0;
    }
    int[] left = {ending.size()};
    for (LinkHandle link : ending) {
      link.fence(
          reason,
          () -> {
            if (--left[0] == 0) {
              ended.run();
            }
          });
    }
    return ending.size();
  }
}
