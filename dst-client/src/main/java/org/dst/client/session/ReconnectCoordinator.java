package org.dst.client.session;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.dst.client.link.ServerAddress;

/**
 * Who waits to connect to which servers, so that the first one that gets through can tell the
 * others. Any thread.
 */
final class ReconnectCoordinator {
  /** Those of all attachments of this process. */
  static final ReconnectCoordinator OF_PROCESS = new ReconnectCoordinator();

  private final Set<Seeker> seekers = ConcurrentHashMap.newKeySet();

  /**
   * One who waits; known by being this object.
   *
   * @param servers addresses, any of which will do
   * @param loop where it wants to be told
   * @param reached told the address that works
   */
  static final class Seeker {
    private final Collection<ServerAddress> servers;
    private final Executor loop;
    private final Consumer<ServerAddress> reached;

    Seeker(Collection<ServerAddress> servers, Executor loop, Consumer<ServerAddress> reached) {
      this.servers = servers;
      this.loop = loop;
      this.reached = reached;
    }
  }

  /** From now on it is told. */
  void add(Seeker seeker) {
    seekers.add(seeker);
  }

  /** It does not wait any more; what is on its way to its loop may still arrive. */
  void remove(Seeker seeker) {
    seekers.remove(seeker);
  }

  /** Somebody is attached at that address. */
  void reached(ServerAddress server) {
    for (Seeker seeker : seekers) {
      if (seeker.servers.contains(server)) {
        try {
          seeker.loop.execute(() -> seeker.reached.accept(server));
        } catch (RejectedExecutionException stopped) {
          seekers.remove(seeker); // its process goes on without its loop
        }
      }
    }
  }
}
