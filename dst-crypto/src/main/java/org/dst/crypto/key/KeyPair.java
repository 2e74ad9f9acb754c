package org.dst.crypto.key;

/**
 * An X25519 key pair.
 *
 * @param privateKey proves the identity of its owner
 * @param publicKey derived from the private key
 */
public record KeyPair(Secret privateKey, PublicKey publicKey) {

  /** Generates a pair. */
  public static KeyPair generate() {
    return of(Secret.random());
  }

  /** The pair that belongs to a private key. */
  public static KeyPair of(Secret privateKey) {
    return new KeyPair(privateKey, new PublicKey(X25519.publicKey(privateKey.bytes())));
  }

  /** Overwrites the private key. */
  public void destroy() {
    privateKey.destroy();
  }
}
