package org.dst.client.session;

import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;

/** Messages that servers of tests send. */
final class Answers {
  private Answers() {}

  static Refused refused(String text) {
    return new Refused(RefusalCode.BUSY, text, Extensions.NONE);
  }
}
