package org.dst.crypto.noise;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.X25519;

/**
 * The HandshakeState object (specification §5.3): one side of a handshake. The caller keeps
 * ownership of the keys it passes in; {@link #destroy} wipes those created here.
 */
final class HandshakeState {
  private static final int TAG_LENGTH = 16;

  private final Pattern pattern;
  private final boolean initiator;
  private final SymmetricState symmetricState;
  private final KeyPair s;
  private final Supplier<KeyPair> generateKeyPair;
  private final Secret psk;
  private KeyPair e;
  private PublicKey rs;
  private PublicKey re;
  private final Iterator<List<Token>> messagePatterns;

  /**
   * Initialize.
   *
   * @param s the local static keys, or null if the pattern has none
   * @param generateKeyPair GENERATE_KEYPAIR for the ephemeral keys; called at most once
   * @param rs the responder's static key, for the initiator of IK; else null
   * @param psk the shared key, or null if the pattern has none
   */
  HandshakeState(
      Pattern pattern,
      boolean initiator,
      byte[] prologue,
      KeyPair s,
      Supplier<KeyPair> generateKeyPair,
      PublicKey rs,
      Secret psk) {
    this.pattern = pattern;
    this.initiator = initiator;
    this.s = s;
    this.generateKeyPair = generateKeyPair;
    this.rs = rs;
    this.psk = psk;
    messagePatterns = pattern.messages().iterator();
    symmetricState = new SymmetricState(pattern.protocolName());
    symmetricState.mixHash(prologue);
    if (pattern.responderKnown()) {
      symmetricState.mixHash((initiator ? rs : s.publicKey()).bytes());
    }
  }

  /**
   * WriteMessage.
   *
   * @throws NoiseException if the peer's key has small order
   */
  byte[] writeMessage(byte[] payload) throws NoiseException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (Token token : messagePatterns.next()) {
      switch (token) {
        case E -> {
          e = generateKeyPair.get();
          message.writeBytes(e.publicKey().bytes());
          mixEphemeral(e.publicKey());
        }
        case S -> message.writeBytes(symmetricState.encryptAndHash(s.publicKey().bytes()));
        case PSK -> symmetricState.mixKeyAndHash(psk.bytes());
        case EE, ES, SE, SS -> mixDh(token);
      }
    }
    message.writeBytes(symmetricState.encryptAndHash(payload));
    return message.toByteArray();
  }

  /**
   * ReadMessage.
   *
   * @return the payload
   * @throws NoiseException if the message is invalid; the handshake is then over
   */
  byte[] readMessage(byte[] message) throws NoiseException {
    int at = 0;
    for (Token token : messagePatterns.next()) {
      switch (token) {
        case E -> {
          re = new PublicKey(take(message, at, PublicKey.LENGTH));
          at += PublicKey.LENGTH;
          mixEphemeral(re);
        }
        case S -> {
          int length = PublicKey.LENGTH + (symmetricState.hasKey() ? TAG_LENGTH : 0);
          rs = new PublicKey(symmetricState.decryptAndHash(take(message, at, length)));
          at += length;
        }
        case PSK -> symmetricState.mixKeyAndHash(psk.bytes());
        case EE, ES, SE, SS -> mixDh(token);
      }
    }
    return symmetricState.decryptAndHash(Arrays.copyOfRange(message, at, message.length));
  }

  private static byte[] take(byte[] message, int at, int length) throws NoiseException {
    if (message.length - at < length) {
      throw new NoiseException("handshake message truncated");
    }
    return Arrays.copyOfRange(message, at, at + length);
  }

  private void mixEphemeral(PublicKey key) {
    symmetricState.mixHash(key.bytes());
    if (pattern.usesPsk()) {
      symmetricState.mixKey(key.bytes()); // §9.2: so that a psk never encrypts under a fixed key
    }
  }

  /** The first letter of a token names the initiator's key, the second the responder's. */
  private void mixDh(Token token) throws NoiseException {
    boolean ownEphemeral = token == Token.EE || token == (initiator ? Token.ES : Token.SE);
    boolean otherEphemeral = token == Token.EE || token == (initiator ? Token.SE : Token.ES);
    KeyPair own = ownEphemeral ? e : s;
    PublicKey other = otherEphemeral ? re : rs;
    byte[] secret;
    try {
      secret = X25519.sharedSecret(own.privateKey().bytes(), other.bytes());
    } catch (InvalidKeyException smallOrder) {
      throw new NoiseException("handshake message with a key of small order");
    }
    symmetricState.mixKey(secret);
    Arrays.fill(secret, (byte) 0);
  }

  /** The peer's static key; null if the pattern has none or it was not received yet. */
  PublicKey remoteStatic() {
    return rs;
  }

  /** GetHandshakeHash: identifies this handshake; unique, and equal on both sides. */
  byte[] handshakeHash() {
    return symmetricState.getHandshakeHash();
  }

  /** Split: the secret of the initiator's direction, then that of the responder's. */
  byte[][] split() {
    if (messagePatterns.hasNext()) {
      throw new IllegalStateException("the handshake is not complete");
    }
    return symmetricState.split();
  }

  /** Wipes every secret that the caller does not own. */
  void destroy() {
    if (e != null) {
      e.destroy();
    }
    symmetricState.destroy();
  }
}
