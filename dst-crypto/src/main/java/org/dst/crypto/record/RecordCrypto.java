package org.dst.crypto.record;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.cipher.CryptoProvider;
import org.dst.crypto.pool.CryptoPool;

/**
 * What the secured links of a process share: the crypto threads, and each cipher, made once.
 * Thread-safe.
 */
public final class RecordCrypto implements AutoCloseable {
  private final CryptoPool pool;
  private final CryptoProvider provider;
  private final Map<String, AeadCipher> ciphers = new ConcurrentHashMap<>();

  /**
   * Starts the threads.
   *
   * @param threads 0 to 256; with none, event loops do everything themselves
   * @param provider that every cipher has to come from; null for the fastest of each
   */
  public RecordCrypto(int threads, CryptoProvider provider) {
    pool = new CryptoPool(threads);
    this.provider = provider;
  }

  /** As many threads as suit this machine, and the fastest provider of each cipher. */
  public RecordCrypto() {
    this(CryptoPool.defaultThreads(), null);
  }

  /**
   * The cipher of that name; the first call for it loads its provider, and tests it.
   *
   * @throws IllegalArgumentException as {@link Ciphers#create}
   */
  public AeadCipher cipher(String name) {
    return ciphers.computeIfAbsent(
        name,
        unknown -> provider == null ? Ciphers.create(unknown) : Ciphers.create(unknown, provider));
  }

  /** The crypto threads. */
  public CryptoPool pool() {
    return pool;
  }

  /** Ends the threads when they have done what they have. */
  @Override
  public void close() {
    pool.close();
  }
}
