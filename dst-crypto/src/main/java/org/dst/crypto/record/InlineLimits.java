package org.dst.crypto.record;

import org.dst.crypto.cipher.CryptoProvider;

/**
 * The largest frame that is sealed or opened on the event loop rather than on the crypto pool.
 * Handing a frame to the pool and back costs 20 to 40 µs across two CPUs, 6 µs of it on the loop.
 *
 * <p>Measured with a writer and a decoder over loopback TCP, both ends sharing two saturated cores
 * (AES-256-GCM, requests of the given size answered by small replies, records/s on the loop and
 * through the pool). With 16 in flight, 16 KiB: 75,800 and 52,400; 64 KiB: 17,900 and 15,300; 128
 * KiB: 13,800 and 9,100; 256 KiB: 7,900 and 5,200; 1 MiB: 1,820 and 1,700. With one in flight, 64
 * KiB: 23,100 and 15,000; 128 KiB: 13,900 and 10,100; 256 KiB: 7,600 and 6,500.
 *
 * <p>So the pool never wins without idle cores. With idle cores and the loop as the bottleneck, it
 * wins once sealing takes clearly longer than 6 µs: at about 128 KiB for BoringSSL, which needs 11
 * µs for that size, and at 256 KiB for Intel's library, which needs 20 µs.
 */
final class InlineLimits {
  /** Bytes of a frame besides its payload, rounded up. */
  private static final int HEAD = 1 << 10;

  private InlineLimits() {}

  static int of(CryptoProvider provider) {
    return switch (provider) {
      case IPSEC_MB -> (256 << 10) + HEAD;
      case CONSCRYPT -> (128 << 10) + HEAD;
      case JDK -> (64 << 10) + HEAD;
      case BOUNCYCASTLE -> HEAD; // a hundred times slower: 40 µs for 4 KiB
    };
  }
}
