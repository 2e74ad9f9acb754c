package org.dst.crypto.noise;

import java.util.List;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.SharedKey;

/**
 * The server's side of a handshake: it receives one message and answers with one.
 *
 * @param answer the message to send
 * @param result the outcome
 */
public record ServerHandshake(byte[] answer, HandshakeResult result) {

  /**
   * Answers a client with a shared key (NNpsk0). Tries every key, because nothing on the wire names
   * one; a message that matches none costs no X25519 operation.
   *
   * @throws NoiseException if no key matches
   */
  public static ServerHandshake psk(List<SharedKey> keys, byte[] prologue, byte[] message)
      throws NoiseException {
    for (SharedKey key : keys) {
      HandshakeState state = responder(key.secret(), prologue);
      try {
        if (opens(state, message)) {
          return finish(state, key.name());
        }
      } finally {
        state.destroy();
      }
    }
    throw new NoiseException("it matches none of %d shared keys".formatted(keys.size()));
  }

  private static HandshakeState responder(Secret key, byte[] prologue) {
    return new HandshakeState(Pattern.NN_PSK0, false, prologue, null, KeyPair::generate, null, key);
  }

  private static boolean opens(HandshakeState state, byte[] message) {
    try {
      state.readMessage(message);
      return true;
    } catch (NoiseException notThisKey) {
      return false;
    }
  }

  /**
   * Answers a client with an allowed key pair (IK). A message meant for another server costs one
   * X25519 operation, one from an unknown client costs two.
   *
   * @throws NoiseException if the message is meant for another server, or the client not allowed
   */
  public static ServerHandshake keys(
      KeyPair own, AllowedClients allowed, byte[] prologue, byte[] message) throws NoiseException {
    HandshakeState state =
        new HandshakeState(Pattern.IK, false, prologue, own, KeyPair::generate, null, null);
    try {
      state.readMessage(message);
      String name = allowed.nameOf(state.remoteStatic());
      if (name == null) {
        throw new NoiseException("%s is not an allowed client".formatted(state.remoteStatic()));
      }
      return finish(state, name);
    } finally {
      state.destroy();
    }
  }

  private static ServerHandshake finish(HandshakeState state, String peerKeyName)
      throws NoiseException {
    byte[] answer = state.writeMessage(new byte[0]);
    return new ServerHandshake(answer, HandshakeResult.of(state, peerKeyName));
  }
}
