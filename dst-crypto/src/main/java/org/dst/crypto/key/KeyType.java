package org.dst.crypto.key;

import java.util.Optional;
import java.util.stream.Stream;

/** What a key file holds, according to its first line. */
public enum KeyType {
  /** A key that client and server share. */
  SHARED("dst-shared-key-1", "a shared key", true),
  /** The private half of an X25519 key pair. */
  PRIVATE("dst-private-key-1", "a private key", true),
  /** The public half of an X25519 key pair. */
  PUBLIC("dst-public-key-1", "a public key", false),
  /** Salt and parameters that derive a shared key from a passphrase; not the passphrase itself. */
  PASSPHRASE("dst-passphrase-key-1", "a passphrase's salt", false);

  private final String line;
  private final String label;
  private final boolean secret;

  KeyType(String line, String label, boolean secret) {
    this.line = line;
    this.label = label;
    this.secret = secret;
  }

  /** The first line of such a file. */
  public String line() {
    return line;
  }

  /** The name in messages, with its article. */
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
