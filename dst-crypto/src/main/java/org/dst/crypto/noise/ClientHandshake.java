package org.dst.crypto.noise;

import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;

/** The client's side of a handshake: two messages, then the result. */
public final class ClientHandshake {
  private final HandshakeState state;

  private ClientHandshake(HandshakeState state) {
    this.state = state;
  }

  /** A handshake with a shared key (NNpsk0). */
  public static ClientHandshake psk(Secret key, byte[] prologue) {
    return new ClientHandshake(
        new HandshakeState(Pattern.NN_PSK0, true, prologue, null, KeyPair::generate, null, key));
  }

  /** A handshake with the client's key pair and the server's public key (IK). */
  public static ClientHandshake keys(KeyPair own, PublicKey server, byte[] prologue) {
    return new ClientHandshake(
        new HandshakeState(Pattern.IK, true, prologue, own, KeyPair::generate, server, null));
  }

  /**
   * Creates the first message.
   *
   * @throws NoiseException if the server's public key is invalid
   */
  public byte[] begin() throws NoiseException {
    return state.writeMessage(new byte[0]);
  }

  /**
   * Processes the server's answer. Its payload is ignored.
   *
   * @throws NoiseException if the server does not have the key, or a message was altered
   */
  public HandshakeResult finish(byte[] answer) throws NoiseException {
    try {
      state.readMessage(answer);
      return HandshakeResult.of(state, null);
    } finally {
      state.destroy();
    }
  }

  /** Wipes the secrets of an abandoned handshake. Idempotent. */
  public void destroy() {
    state.destroy();
  }
}
