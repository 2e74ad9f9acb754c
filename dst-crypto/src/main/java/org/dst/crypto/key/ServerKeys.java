package org.dst.crypto.key;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys by which a server knows its clients. Immutable: to add or remove one, make another. The
 * secrets stay with whoever made them, who may destroy them once no handshake uses them any more.
 *
 * @param shared keys of the mode psk, at most {@link #MAX_SHARED}
 * @param own the server's key pair of the mode keys, or null if it has none
 * @param clients those that the mode keys lets in
 */
public record ServerKeys(List<SharedKey> shared, KeyPair own, AllowedClients clients) {
  /** Shared keys at the most: each is tried on every handshake. */
  public static final int MAX_SHARED = 64;

  /** None at all. */
  public static final ServerKeys NONE = new ServerKeys(List.of(), null, AllowedClients.NONE);

  /** Refuses too many keys, and names that would mean two clients. */
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
   * Whether the name stands for the same key here and in {@code others}. Secrets of neither may
   * have been destroyed.
   *
   * @param name of a key; null for a peer without one, of which nothing can have changed
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

  /** Only a key pair and those who may know it. */
  public static ServerKeys pair(KeyPair own, AllowedClients clients) {
    return new ServerKeys(List.of(), own, clients);
  }
}
