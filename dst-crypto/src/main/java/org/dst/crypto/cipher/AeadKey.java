package org.dst.crypto.cipher;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** A key that can be wiped. Immutable until then; for any thread. */
public final class AeadKey implements SecretKey {
  private static final long serialVersionUID = 1;

  /** Never serialised: a key has no business in a stream of objects. */
  private final transient byte[] bytes;

  private final String algorithm;
  private transient volatile boolean destroyed;

  /** Takes over {@code bytes}: they are wiped with the key. */
  public AeadKey(byte[] bytes, String algorithm) {
    this.bytes = bytes;
    this.algorithm = algorithm;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return algorithm + " key";
  }
}
