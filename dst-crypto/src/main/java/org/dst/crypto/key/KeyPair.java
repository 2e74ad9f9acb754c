package org.dst.crypto.key;

/**
 * An X25519 key pair.
 *
 * @param privateKey who has it is believed to be its owner
 * @param publicKey made from the private key
 */
public record KeyPair(Secret privateKey, PublicKey publicKey) {

  /** A new pair. */
  public static KeyPair generate() {
    return of(Secret.random());
  }

  /** The pair of that private key. */
  public static KeyPair of(Secret privateKey) {
    return new KeyPair(privateKey, new PublicKey(X25519.publicKey(privateKey.bytes())));
  }

  /** Overwrites the private key. */
  public void destroy() {
    privateKey.destroy();
  }
}
