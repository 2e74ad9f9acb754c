package org.dst.crypto.cipher;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import javax.crypto.SecretKey;

/** A key that can be wiped. Immutable until then; any thread may use it. */
public final class AeadKey implements SecretKey {
  private static final long serialVersionUID = 1;

  /** Transient: a key must never be serialised. */
  private final transient byte[] bytes;

  private final String algorithm;
  private transient volatile boolean destroyed;

  /** The key schedule that {@link IpsecMb} expands from the bytes; null until first used. */
  private transient volatile MemorySegment expanded;

  /** Takes ownership of {@code bytes}, which are wiped with the key. */
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

  /** The expanded key for the functions of {@link IpsecMb}. */
  MemorySegment expanded() {
    MemorySegment ready = expanded;
    return ready == null ? expand() : ready;
  }

  private synchronized MemorySegment expand() {
    if (destroyed) {
      throw new IllegalStateException("the key is destroyed");
    }
    if (expanded == null) {
      expanded = IpsecMb.expand(bytes);
    }
    return expanded;
  }

  @Override
  public synchronized void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
    if (expanded != null) {
      expanded.fill((byte) 0);
    }
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
