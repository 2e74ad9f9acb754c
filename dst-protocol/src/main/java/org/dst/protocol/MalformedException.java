package org.dst.protocol;

import java.io.IOException;

/**
 * The peer sent bytes that violate the protocol. This ends the link: a damaged stream is never
 * resynchronised. The message says what arrived and what was expected, and contains no user data.
 */
public final class MalformedException extends IOException {
  private static final long serialVersionUID = 1;

  /** An exception whose message says what arrived and what was expected. */
  public MalformedException(String message) {
    super(message);
  }
}
