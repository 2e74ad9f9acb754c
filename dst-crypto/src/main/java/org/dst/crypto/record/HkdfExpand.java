package org.dst.crypto.record;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import org.dst.crypto.cipher.AeadKey;

/**
 * Derives secrets from a secret: HKDF-Expand with SHA-256 (RFC 5869, section 2.3), limited to a
 * single block. Built on HMAC because the JDK's own HKDF is ten times slower. Any thread.
 */
public final class HkdfExpand {
  private static final int BLOCK = 32;

  /** One per thread: looking up a Mac takes longer than using it. */
  private static final FastThreadLocal<Mac> HMAC =
      new FastThreadLocal<>() {
        @Override
        protected Mac initialValue() throws GeneralSecurityException {
          return Mac.getInstance("HmacSHA256");
        }
      };

  private HkdfExpand() {}

  /**
   * Derives bytes from a secret and a label. Does not modify the secret.
   *
   * @param length 1 to 32
   */
  public static byte[] expand(byte[] secret, String label, int length) {
    if (length < 1 || length > BLOCK) {
      throw new IllegalArgumentException(
          "HKDF output of %d bytes (expected: 1 to %d)".formatted(length, BLOCK));
    }
    AeadKey root = new AeadKey(secret.clone(), "HmacSHA256");
    Mac mac = HMAC.get();
    byte[] block;
    try {
      mac.init(root);
      mac.update(label.getBytes(StandardCharsets.UTF_8));
      block = mac.doFinal(new byte[] {1});
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 failed", e);
    } finally {
      root.destroy();
    }
    byte[] expanded = Arrays.copyOf(block, length);
    Arrays.fill(block, (byte) 0);
    return expanded;
  }
}
