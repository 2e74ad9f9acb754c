package org.dst.crypto.noise;

import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;

/** The client's side of one handshake: two messages, then the result. */
public final class ClientHandshake {
  private final HandshakeState state;

  private ClientHandshake(HandshakeState state) {
    this.state = state;
  }

  /** With a key that the server has too (NNpsk0). */
  public static ClientHandshake psk(Secret key, byte[] prologue) {
    return new ClientHandshake(
        new HandshakeState(Pattern.NN_PSK0, true, prologue, null, KeyPair::generate, null, key));
  }

  /** With the client's own keys, towards the server of that public key (IK). */
  public static ClientHandshake keys(KeyPair own, PublicKey server, byte[] prologue) {
    return new ClientHandshake(
        new HandshakeState(Pattern.IK, true, prologue, own, KeyPair::generate, server, null));
  }

  /**
   * The message to begin with.
   *
   * @throws NoiseException if the server's public key is one that no server has
   */
  public byte[] begin() throws NoiseException {
    return state.writeMessage(new byte[0]);
  }

  /**
   * Takes the server's answer. What it carries besides is ignored.
   *
   * @throws NoiseException if the server does not have the key, or somebody altered what was said
   */
  public HandshakeResult finish(byte[] answer) throws NoiseException {
    try {
      state.readMessage(answer);
      return HandshakeResult.of(state, null);
    } finally {
      state.destroy();
    }
  }

  /** Overwrites what is secret when there will be no answer; may be called again. */
  public void destroy() {
    state.destroy();
  }
}
