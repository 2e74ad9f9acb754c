package org.dst.crypto.key;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys by which a server authenticates its clients. Immutable: a changed set is a new object.
 * Secrets are owned by whoever created them, who may destroy them once no handshake uses them.
 *
 * @param shared keys for mode psk, at most {@link #MAX_SHARED}
 * @param own the server's key pair for mode keys; null if it has none
 * @param clients clients allowed in mode keys
 */
public record ServerKeys(List<SharedKey> shared, KeyPair own, AllowedClients clients) {
  /** Limit on shared keys, because every handshake tries each of them. */
  public static final int MAX_SHARED = 64;

  /** No keys. */
  public static final ServerKeys NONE = new ServerKeys(List.of(), null, AllowedClients.NONE);

  /** Rejects too many keys, and duplicate names. */
  public ServerKeys {
    shared = List.copyOf(shared);
    if (shared.size() > MAX_SHARED) {
      throw new IllegalArgumentException(
          "%d shared keys (expected: <= %d)".formatted(shared.size(), MAX_SHARED));
    }
    Set<String> names = new HashSet<>(clients.names());
    for (SharedKey key : shared) {
      if (!names.add(key.name())) {
        throw new IllegalArgumentException("two keys are named '%s'".formatted(key.name()));
      }
    }
  }

  /** Only shared keys. */
  public static ServerKeys shared(List<SharedKey> keys) {
    return new ServerKeys(keys, null, AllowedClients.NONE);
  }

  /**
   * Whether a name stands for the same key here and in {@code others}. No secret of either may have
   * been destroyed.
   *
   * @param name the name of a key; null for a peer without a key, for which nothing can change
   */
  public boolean agreesWith(ServerKeys others, String name) {
    if (name == null) {
      return true;
    }
    Object key = keyOf(name);
    return key != null && key.equals(others.keyOf(name));
  }

  private Object keyOf(String name) {
    for (SharedKey key : shared) {
      if (key.name().equals(name)) {
        return key.secret();
      }
    }
    return clients.keyOf(name);
  }

  /** Only a key pair and its allowed clients. */
  public static ServerKeys pair(KeyPair own, AllowedClients clients) {
    return new ServerKeys(List.of(), own, clients);
  }
}
