package org.dst.crypto.record;

import org.dst.crypto.cipher.CryptoProvider;

/** Up to which size a frame is sealed and opened on the event loop. */
final class InlineLimits {
  private InlineLimits() {}

  static int of(CryptoProvider provider) {
    return switch (provider) {
      case CONSCRYPT -> 32 << 10;
      case JDK -> 16 << 10;
      case BOUNCYCASTLE -> 512;
    };
  }
}
