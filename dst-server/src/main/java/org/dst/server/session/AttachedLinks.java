package org.dst.server.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.dst.protocol.Access;
import org.dst.server.access.Peer;

/**
 * The links that were granted a lane and may still have I/O running, including those that are
 * fenced, detached, or whose session was replaced. Owned by the registry's thread.
 */
final class AttachedLinks {
  /** In grant order, so that a simulated run is reproducible. */
  private final Map<LinkHandle, Access> links = new LinkedHashMap<>();

  /** Whether a peer may keep that access. */
  interface Permission {
    boolean covers(Peer peer, Access access);
  }

  void add(LinkHandle link, Access access) {
    links.put(link, access);
  }

  void forEach(Consumer<LinkHandle> action) {
    links.keySet().forEach(action);
  }

  /** Removes a link whose lane has no I/O running any more. */
  void remove(LinkHandle link) {
    links.remove(link);
  }

  /**
   * Fences the links whose peers may not keep their access.
   *
   * @param ended called once nothing of them runs; at once if there is none
   * @return the number of links fenced
   */
  int fenceUnless(Permission permission, String reason, Runnable ended) {
    List<LinkHandle> fenced = new ArrayList<>();
    links.forEach(
        (link, access) -> {
          if (!permission.covers(link.peer(), access)) {
            fenced.add(link);
          }
        });
    if (fenced.isEmpty()) {
      ended.run();
      return 0;
    }
    int[] left = {fenced.size()};
    for (LinkHandle link : fenced) {
      link.fence(
          reason,
          () -> {
            if (--left[0] == 0) {
              ended.run();
            }
          });
    }
    return fenced.size();
  }
}
