package org.dst.crypto.noise;

/**
 * A handshake message is invalid: wrong key, altered in transit, or malformed. The cases are not
 * told apart for the peer, who could be an attacker.
 */
public final class NoiseException extends Exception {
  private static final long serialVersionUID = 1;

  NoiseException(String message) {
    super(message);
  }
}
