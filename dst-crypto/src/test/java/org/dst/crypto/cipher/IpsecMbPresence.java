package org.dst.crypto.cipher;

import org.opentest4j.TestAbortedException;

/** Skips a test, with the reason, where Intel's library is not to be had. */
final class IpsecMbPresence {
  private IpsecMbPresence() {}

  static void assume() {
    try {
      IpsecMb.require();
    } catch (IllegalStateException missing) {
      throw new TestAbortedException(missing.getMessage());
    }
  }
}
