package org.dst.client.session;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.dst.client.link.ServerAddress;

/**
 * Lets the first lane that reaches a server tell all others that wait to reconnect to it. Any
 * thread.
 */
final class ReconnectCoordinator {
  /** Shared by all attachments of this process. */
  static final ReconnectCoordinator OF_PROCESS = new ReconnectCoordinator();

  private final Set<Seeker> seekers = ConcurrentHashMap.newKeySet();

  /**
   * A lane that waits, known by identity.
   *
   * @param servers addresses of its server
   * @param loop event loop on which it is told
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

  /** Registers a lane that waits. */
  void add(Seeker seeker) {
    seekers.add(seeker);
  }

  /** Unregisters a lane; a message already on its way to its loop may still arrive. */
  void remove(Seeker seeker) {
    seekers.remove(seeker);
  }

  /** A lane was attached at that address. */
  void reached(ServerAddress server) {
    for (Seeker seeker : seekers) {
      if (seeker.servers.contains(server)) {
        try {
          seeker.loop.execute(() -> seeker.reached.accept(server));
        } catch (RejectedExecutionException stopped) {
          seekers.remove(seeker); // its event loop has ended
        }
      }
    }
  }
}
