package org.dst.crypto.noise;

/**
 * A handshake message cannot be believed: wrong key, altered on the way, or nonsense. It does not
 * say which, so that nobody can be told.
 */
public final class NoiseException extends Exception {
  private static final long serialVersionUID = 1;

  NoiseException(String message) {
    super(message);
  }
}
