package org.dst.protocol;

import java.io.IOException;

/**
 * Bytes from the peer that break the protocol. It ends the link that they came on: a damaged stream
 * is never resynchronised. The message says what came and what was expected, and holds no data of
 * the user.
 */
public final class MalformedException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what came and what was expected. */
  public MalformedException(String message) {
    super(message);
  }
}
