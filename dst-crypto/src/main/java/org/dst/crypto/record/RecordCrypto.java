package org.dst.crypto.record;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.cipher.CryptoProvider;
import org.dst.crypto.pool.CryptoPool;

/**
 * What all secured links of a process share: the crypto pool, and one instance of each cipher.
 * Thread-safe.
 */
public final class RecordCrypto implements AutoCloseable {
  private final CryptoPool pool;
  private final CryptoProvider provider;
  private final Map<String, AeadCipher> ciphers = new ConcurrentHashMap<>();

  /**
   * Starts the crypto threads.
   *
   * @param threads 0 to 256; without any, event loops seal and open everything
   * @param provider the provider of every cipher; null for the fastest of each
   */
  public RecordCrypto(int threads, CryptoProvider provider) {
    pool = new CryptoPool(threads);
    this.provider = provider;
  }

  /** Uses the default number of threads, and the fastest provider of each cipher. */
  public RecordCrypto() {
    this(CryptoPool.defaultThreads(), null);
  }

  /**
   * The cipher with that name; the first call loads its provider and runs its self-test.
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

  /** Stops the threads once they have finished the queued tasks. */
  @Override
  public void close() {
    pool.close();
  }
}
