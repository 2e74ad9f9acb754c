package org.dst.server.port;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.dst.server.access.Peer;

/** The links of a server, from the end of their opening until nothing of them runs. Any thread. */
public final class OpenLinks {
  private final Set<ServerLink> links = ConcurrentHashMap.newKeySet();

  /** Adds a link whose opening is done. */
  public void add(ServerLink link) {
    links.add(link);
  }

  /** Removes a link that is closed and has nothing running. */
  public void remove(ServerLink link) {
    synchronized (links) {
      links.remove(link);
      links.notifyAll();
    }
  }

  /** A live view of the links. */
  public Collection<ServerLink> all() {
    return Collections.unmodifiableSet(links);
  }

  /**
   * Fences the links of some peers.
   *
   * @return completes once nothing of them runs in a store
   */
  public CompletableFuture<Void> revoke(Predicate<Peer> peers, String reason) {
    return CompletableFuture.allOf(
        links.stream()
            .filter(link -> peers.test(link.peer()))
            .map(link -> link.revoke(reason))
            .toArray(CompletableFuture[]::new));
  }

  /** Tells every client that the server is stopping; does not wait. */
  public void goAway(String reason) {
    links.forEach(link -> link.goAway(reason));
  }

  /**
   * Waits until every link is gone.
   *
   * @return the number of links left when the timeout expired
   */
  public int awaitNone(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (links) {
      while (!links.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return links.size();
        }
        links.wait(left);
      }
      return 0;
    }
  }
}
