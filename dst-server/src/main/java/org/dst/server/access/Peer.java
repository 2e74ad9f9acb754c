package org.dst.server.access;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who is at the other end of a link, as far as its handshake has shown.
 *
 * @param address that it comes from; an IPv4 address in IPv6 form is turned into the former
 * @param keyName what the server calls the key that it has proved; null on a plain link
 * @param publicKey that it has proved, in the form of {@link PublicKeys}; null unless the mode is
 *     {@code keys}
 */
public record Peer(InetAddress address, String keyName, String publicKey) {
  /** Refuses what is no public key, so that no rule can miss it by its form. */
  public Peer {
    try {
      address = InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
    publicKey = publicKey == null ? null : PublicKeys.parse(publicKey);
  }

  /** Somebody who has proved nothing. */
  public static Peer plain(InetAddress address) {
    return new Peer(address, null, null);
  }

  /**
   * What its sessions are bound to: the public key or, without one, the name of the shared key;
   * empty on a plain link. The address is no part of it, because clients may move.
   */
  public String binding() {
    if (publicKey != null) {
      return "public-key:" + publicKey;
    }
    return keyName == null ? "" : "key:" + keyName;
  }

  /** The peer in messages for people. */
  @Override
  public String toString() {
    String host = address.getHostAddress();
    return keyName == null ? host : "%s with key '%s'".formatted(host, keyName);
  }
}
