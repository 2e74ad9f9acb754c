package org.dst.server.access;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The client at the other end of a link, as far as the handshake has authenticated it.
 *
 * @param address its address; an IPv4-mapped IPv6 address is converted to IPv4
 * @param keyName the server's name for the key that it has proved; null on a plain link
 * @param publicKey the key that it has proved, in the form of {@link PublicKeys}; null unless the
 *     mode is {@code keys}
 */
public record Peer(InetAddress address, String keyName, String publicKey) {
  /** Rejects malformed public keys, so that equal keys always compare equal in rules. */
  public Peer {
    try {
      address = InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
    publicKey = publicKey == null ? null : PublicKeys.parse(publicKey);
  }

  /** An unauthenticated peer. */
  public static Peer plain(InetAddress address) {
    return new Peer(address, null, null);
  }

  /**
   * What its sessions are bound to: the public key or, without one, the name of the shared key;
   * empty on a plain link. The address is not included, because clients may move.
   */
  public String binding() {
    if (publicKey != null) {
      return "public-key:" + publicKey;
    }
    return keyName == null ? "" : "key:" + keyName;
  }

  /** The peer with the port that it connected from, for the log. */
  public String withPort(int port) {
    String host = address.getHostAddress() + ":" + port;
    return keyName == null ? host : "%s (key '%s')".formatted(host, keyName);
  }

  /** The peer in error messages. */
  @Override
  public String toString() {
    String host = address.getHostAddress();
    return keyName == null ? host : "%s with key '%s'".formatted(host, keyName);
  }
}
