package org.dst.crypto.noise;

import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;

/**
 * What a handshake gives to both sides.
 *
 * @param clientToServer root of the keys of that direction; whoever takes it destroys it
 * @param serverToClient root of the keys of the other one
 * @param handshakeHash 32 bytes that name this link, the same on both sides
 * @param peerKeyName the name under which the server knows the client's key; null on the client
 * @param peerPublicKey the key that the peer proved to have; null unless it is a key pair
 */
public record HandshakeResult(
    Secret clientToServer,
    Secret serverToClient,
    byte[] handshakeHash,
    String peerKeyName,
    PublicKey peerPublicKey) {

  static HandshakeResult of(HandshakeState state, String peerKeyName) {
    byte[][] secrets = state.split();
    return new HandshakeResult(
        Secret.of(secrets[0]),
        Secret.of(secrets[1]),
        state.handshakeHash(),
        peerKeyName,
        state.remoteStatic());
  }

  /** Overwrites both secrets. */
  public void destroy() {
    clientToServer.destroy();
    serverToClient.destroy();
  }

  @Override
  public String toString() {
    return "handshake result (peer key %s, %s)".formatted(peerKeyName, peerPublicKey);
  }
}
