package org.dst.client.link;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Resolves host names and caches the addresses: when the network is down, the name service often
 * is, too, and must not keep a client from a server that is back. Any thread.
 */
final class HostNames {
  /** How long to wait for a look-up when an address is cached. */
  private static final long PATIENCE_MILLIS = 200;

  private final Function<String, InetAddress> service;
  private final Map<String, InetAddress> known = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<InetAddress>> lookUps = new ConcurrentHashMap<>();

  /** Uses this machine's resolver. */
  HostNames() {
    this(HostNames::ask);
  }

  /**
   * Uses another resolver.
   *
   * @param service returns the address of a name, or null if there is none; may block; called on
   *     threads of its own, for each name by one at a time
   */
  HostNames(Function<String, InetAddress> service) {
    this.service = service;
  }

  private static InetAddress ask(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      return null;
    }
  }

  /** The address of a host name or literal; null if it has none. Does not block. */
  CompletableFuture<InetAddress> find(String host) {
    try {
      return CompletableFuture.completedFuture(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException name) {
      return findNamed(host);
    }
  }

  private CompletableFuture<InetAddress> findNamed(String host) {
    CompletableFuture<InetAddress> lookUp = lookUps.computeIfAbsent(host, this::lookUp);
    InetAddress last = known.get(host);
    return last == null
        ? lookUp
        : lookUp
            .copy()
            .completeOnTimeout(last, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
            .thenApply(found -> found == null ? last : found);
  }

  /** Name look-ups block for seconds where DNS is down, which an event loop must not. */
  private CompletableFuture<InetAddress> lookUp(String host) {
    CompletableFuture<InetAddress> lookUp = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("dst-look-up")
        .start(
            () -> {
              InetAddress found = service.apply(host);
              if (found != null) {
                known.put(host, found);
              }
              lookUps.remove(host);
              lookUp.complete(found);
            });
    return lookUp;
  }
}
