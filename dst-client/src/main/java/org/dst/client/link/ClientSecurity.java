package org.dst.client.link;

import java.net.InetAddress;
import java.util.List;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;
import org.dst.crypto.noise.ClientHandshake;
import org.dst.protocol.SecurityMode;

/** How a client's links are to be protected. Keys stay the caller's. */
public sealed interface ClientSecurity {
  /** The mode offered to the server; no other is accepted. */
  SecurityMode mode();

  /** Names of ciphers, best first; empty in plain mode. */
  List<String> ciphers();

  /** Whether a link to that address may be protected like this. */
  default boolean permits(InetAddress address) {
    return true;
  }

  /** What the user should check when the handshake fails. */
  String advice();

  /**
   * The handshake of one link.
   *
   * @param prologue both openings as they were sent, the client's first
   * @throws IllegalStateException in plain mode, which has none
   */
  ClientHandshake handshake(byte[] prologue);

  /**
   * No protection.
   *
   * @param anywhere whether servers on other machines are allowed, too
   */
  record Plain(boolean anywhere) implements ClientSecurity {
    @Override
    public SecurityMode mode() {
      return SecurityMode.PLAIN;
    }

    @Override
    public List<String> ciphers() {
      return List.of();
    }

    @Override
    public boolean permits(InetAddress address) {
      return anywhere || address.isLoopbackAddress();
    }

    @Override
    public String advice() {
      return "there is no key";
    }

    @Override
    public ClientHandshake handshake(byte[] prologue) {
      throw new IllegalStateException("a plain link has no handshake");
    }
  }

  /**
   * A key shared with the server.
   *
   * @param key owned by the caller
   * @param ciphers names, best first; at least one
   */
  record Psk(Secret key, List<String> ciphers) implements ClientSecurity {
    /** Refuses to offer nothing. */
    public Psk {
      ciphers = atLeastOne(ciphers);
    }

    @Override
    public SecurityMode mode() {
      return SecurityMode.PSK;
    }

    @Override
    public String advice() {
      return "check that both sides have the same shared key";
    }

    @Override
    public ClientHandshake handshake(byte[] prologue) {
      return ClientHandshake.psk(key, prologue);
    }
  }

  /**
   * A key pair on each side.
   *
   * @param own the client's
   * @param server the only key that the server may prove
   * @param ciphers names, best first; at least one
   */
  record Keys(KeyPair own, PublicKey server, List<String> ciphers) implements ClientSecurity {
    /** Refuses to offer nothing. */
    public Keys {
      ciphers = atLeastOne(ciphers);
    }

    @Override
    public SecurityMode mode() {
      return SecurityMode.KEYS;
    }

    @Override
    public String advice() {
      return "check that the server's public key is %s and that it allows the client's, %s"
          .formatted(server.fingerprint(), own.publicKey().fingerprint());
    }

    @Override
    public ClientHandshake handshake(byte[] prologue) {
      return ClientHandshake.keys(own, server, prologue);
    }
  }

  private static List<String> atLeastOne(List<String> ciphers) {
    if (ciphers.isEmpty()) {
      throw new IllegalArgumentException("no cipher (expected: at least one)");
    }
    return List.copyOf(ciphers);
  }
}
