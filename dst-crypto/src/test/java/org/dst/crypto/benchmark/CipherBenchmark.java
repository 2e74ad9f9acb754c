package org.dst.crypto.benchmark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.AeadKey;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.cipher.CryptoProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Records sealed and opened in place, on direct buffers, each with a nonce of its own. */
@State(Scope.Thread)
public class CipherBenchmark {
  /** The cipher and its provider. */
  @Param({
    "aes-256-gcm/ipsec-mb",
    "aes-256-gcm/conscrypt",
    "aes-256-gcm/jdk",
    "aes-256-gcm/bouncycastle",
    "aes-128-gcm/ipsec-mb",
    "aes-128-gcm/conscrypt",
    "aes-128-gcm/jdk",
    "chacha20-poly1305/conscrypt",
    "chacha20-poly1305/jdk",
    "chacha20-poly1305/bouncycastle",
    "aes-256-gcm-siv/conscrypt",
    "aes-256-gcm-siv/bouncycastle",
    "camellia-256-gcm/bouncycastle",
    "aria-256-gcm/bouncycastle",
    "sm4-gcm/bouncycastle"
  })
  public String cipher;

  /** Bytes of a frame. */
  @Param({"4096", "65536", "1048576"})
  public int bytes;

  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated = new byte[4];
  private Aead aead;
  private AeadKey key;
  private ByteBuf buffer;
  private ByteBuf sealed;
  private long number;

  /** Makes the buffers, and a record for opening. */
  @Setup(Level.Trial)
  public void set() {
    String[] parts = cipher.split("/");
    AeadCipher chosen = Ciphers.create(parts[0], CryptoProvider.of(parts[1]));
    aead = chosen.aead();
    key = chosen.key(new byte[chosen.keyLength()]);
    buffer = ByteBufAllocator.DEFAULT.directBuffer(bytes + Aead.TAG).writeZero(bytes + Aead.TAG);
    sealed = ByteBufAllocator.DEFAULT.directBuffer(bytes + Aead.TAG).writeZero(bytes + Aead.TAG);
    nonce[0] = 1;
    aead.seal(key, nonce, associated, sealed, 0, bytes);
  }

  /** Gives the buffers back. */
  @TearDown(Level.Trial)
  public void release() {
    buffer.release();
    sealed.release();
  }

  /** Seals. */
  @Benchmark
  public void seal() {
    number++;
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[nonce.length - 1 - i] = (byte) (number >>> 8 * i);
    }
    aead.seal(key, nonce, associated, buffer, 0, bytes);
  }

  /** Copies a record, since opening overwrites it, and opens the copy. */
  @Benchmark
  public boolean open() {
    buffer.setBytes(0, sealed, 0, bytes + Aead.TAG);
    return aead.open(key, nonce, associated, buffer, 0, bytes);
  }
}
