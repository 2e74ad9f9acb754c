package org.dst.client.link;

import java.net.InetAddress;
import java.util.List;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;
import org.dst.crypto.noise.ClientHandshake;
import org.dst.protocol.SecurityMode;

/** How a client wants its links protected. Keys stay with whoever made them. */
public sealed interface ClientSecurity {
  /** What is offered to the server; nothing else is accepted. */
  SecurityMode mode();

  /** Names of ciphers, best first; empty in plain mode. */
  List<String> ciphers();

  /** Whether a server at that address may be talked to in this way. */
  default boolean permits(InetAddress address) {
    return true;
  }

  /** What a person should look at when the handshake fails. */
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
   * @param anywhere whether servers on other machines may be talked to in this way
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
   * A key that the server has too.
   *
   * @param key which stays the caller's
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
   * @param server the only server that is believed
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
