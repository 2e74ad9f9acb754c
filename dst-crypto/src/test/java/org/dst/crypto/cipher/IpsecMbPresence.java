package org.dst.crypto.cipher;

import org.opentest4j.TestAbortedException;

/** Skips a test, with the reason, where Intel's library is unavailable. */
public final class IpsecMbPresence {
  private IpsecMbPresence() {}

  /** The cipher from that provider. */
  public static AeadCipher cipher(String name, CryptoProvider provider) {
    if (provider == CryptoProvider.IPSEC_MB) {
      assume();
    }
    return Ciphers.create(name, provider);
  }

  /** Goes on only where it is. */
  public static void assume() {
    try {
      IpsecMb.require();
    } catch (IllegalStateException missing) {
      throw new TestAbortedException(missing.getMessage());
    }
  }
}
