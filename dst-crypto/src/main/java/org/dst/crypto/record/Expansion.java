package org.dst.crypto.record;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.dst.crypto.cipher.AeadKey;

/** Makes secrets out of a secret: HKDF-Expand with SHA-256 (RFC 5869, section 2.3). */
public final class Expansion {
  private Expansion() {}

  /** {@code length} bytes that follow from the secret and the label. The secret stays as it is. */
  public static byte[] expand(byte[] secret, String label, int length) {
    AeadKey root = new AeadKey(secret.clone(), "Generic");
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.expandOnly(root, label.getBytes(StandardCharsets.UTF_8), length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
    } finally {
      root.destroy();
    }
  }
}
