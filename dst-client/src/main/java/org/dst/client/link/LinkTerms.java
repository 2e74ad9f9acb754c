package org.dst.client.link;

import org.dst.crypto.noise.HandshakeResult;

/**
 * What a client and a server have agreed on for one link.
 *
 * @param checksum of payloads
 * @param cipher of records; empty if the link is plain
 * @param secrets what the handshake gave, for whoever takes the link to destroy; null if it is
 *     plain
 */
public record LinkTerms(String checksum, String cipher, HandshakeResult secrets) {

  /** Whether every frame has to be sealed. */
  public boolean secured() {
    return secrets != null;
  }
}
