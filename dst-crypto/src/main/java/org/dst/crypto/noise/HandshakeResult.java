package org.dst.crypto.noise;

import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;

/**
 * The outcome of a handshake, on either side.
 *
 * @param clientToServer root secret of that direction; the receiver must destroy it
 * @param serverToClient root secret of the other direction; the receiver must destroy it
 * @param handshakeHash 32 bytes that identify the link, equal on both sides
 * @param peerKeyName the server's name for the client's key; null on the client
 * @param peerPublicKey the key that the peer proved to own; null in mode psk
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
