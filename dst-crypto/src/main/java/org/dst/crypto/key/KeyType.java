package org.dst.crypto.key;

import java.util.Optional;
import java.util.stream.Stream;

/** What a key file holds, by its first line. */
public enum KeyType {
  /** A key that both sides have. */
  SHARED("dst-shared-key-1", "a shared key", true),
  /** The private half of an X25519 key pair. */
  PRIVATE("dst-private-key-1", "a private key", true),
  /** The public half. */
  PUBLIC("dst-public-key-1", "a public key", false),
  /** How a shared key is made from a passphrase; not the passphrase. */
  PASSPHRASE("dst-passphrase-key-1", "a passphrase's salt", false);

  private final String line;
  private final String label;
  private final boolean secret;

  KeyType(String line, String label, boolean secret) {
    this.line = line;
    this.label = label;
    this.secret = secret;
  }

  /** The line that such a file begins with. */
  public String line() {
    return line;
  }

  /** What people call it, with its article. */
  public String label() {
    return label;
  }

  /** Whether only the owner may read the file. */
  public boolean secret() {
    return secret;
  }

  static Optional<KeyType> of(String line) {
    return Stream.of(values()).filter(type -> type.line.equals(line)).findFirst();
  }
}
