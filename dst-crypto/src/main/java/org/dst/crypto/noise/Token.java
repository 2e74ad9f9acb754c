package org.dst.crypto.noise;

/** The tokens of a handshake message (specification §7.1 and §9.2). */
enum Token {
  /** The sender's ephemeral public key. */
  E,
  /** The sender's static public key, encrypted once there is a key. */
  S,
  /** DH of both ephemeral keys. */
  EE,
  /** DH of the initiator's ephemeral and the responder's static key. */
  ES,
  /** DH of the initiator's static and the responder's ephemeral key. */
  SE,
  /** DH of both static keys. */
  SS,
  /** The shared key. */
  PSK
}
