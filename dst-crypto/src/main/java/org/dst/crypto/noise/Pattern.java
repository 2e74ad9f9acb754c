package org.dst.crypto.noise;

import static org.dst.crypto.noise.Token.E;
import static org.dst.crypto.noise.Token.EE;
import static org.dst.crypto.noise.Token.ES;
import static org.dst.crypto.noise.Token.PSK;
import static org.dst.crypto.noise.Token.S;
import static org.dst.crypto.noise.Token.SE;
import static org.dst.crypto.noise.Token.SS;

import java.util.List;

/** The handshake patterns that DST uses, two messages each. */
enum Pattern {
  /**
   * Both sides share a secret; the ephemeral keys add forward secrecy.
   *
   * <pre>
   *   -> psk, e
   *   <- e, ee
   * </pre>
   */
  NN_PSK0("Noise_NNpsk0_25519_AESGCM_SHA256", false, List.of(PSK, E), List.of(E, EE)),

  /**
   * The initiator knows the responder's static key and sends its own, encrypted.
   *
   * <pre>
   *   <- s
   *   ...
   *   -> e, es, s, ss
   *   <- e, ee, se
   * </pre>
   */
  IK("Noise_IK_25519_AESGCM_SHA256", true, List.of(E, ES, S, SS), List.of(E, EE, SE));

  private final String protocolName;
  private final boolean responderKnown;
  private final List<List<Token>> messages;

  Pattern(String protocolName, boolean responderKnown, List<Token> first, List<Token> second) {
    this.protocolName = protocolName;
    this.responderKnown = responderKnown;
    messages = List.of(first, second);
  }

  /** The name that both sides hash (specification §8). */
  String protocolName() {
    return protocolName;
  }

  /** Whether the pattern has the pre-message {@code <- s}. */
  boolean responderKnown() {
    return responderKnown;
  }

  /** Whether the pattern mixes in a shared key, which changes the meaning of the token e (§9.2). */
  boolean usesPsk() {
    return messages.getFirst().contains(PSK);
  }

  /** The tokens of each message. */
  List<List<Token>> messages() {
    return messages;
  }
}
