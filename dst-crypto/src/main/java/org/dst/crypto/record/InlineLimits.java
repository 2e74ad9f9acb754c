package org.dst.crypto.record;

import org.dst.crypto.cipher.CryptoProvider;

/**
 * Up to which size a frame is sealed and opened on the event loop, because the crypto pool would
 * take longer: a hand-over and the way back cost 20 to 40 µs of two CPUs, of which the loop alone
 * pays 6.
 *
 * <p>Measured with a writer and a decoder over loopback TCP, both ends on two cores that had
 * nothing left (AES-256-GCM, requests of that size answered by small replies, records/s on the loop
 * and through the pool): 16 in flight, 16 KiB: 75,800 and 52,400; 64 KiB: 17,900 and 15,300; 128
 * KiB: 13,800 and 9,100; 256 KiB: 7,900 and 5,200; 1 MiB: 1,820 and 1,700. One in flight, 64 KiB:
 * 23,100 and 15,000; 128 KiB: 13,900 and 10,100; 256 KiB: 7,600 and 6,500. So without idle cores
 * the pool never wins; with idle ones it does from where sealing takes longer than the 6 µs and the
 * loop is what is short, some 128 KiB for BoringSSL, which takes 11 µs for them, and 256 KiB for
 * Intel's library, which takes 20 µs for those.
 */
final class InlineLimits {
  /** What a frame has besides its payload, rounded up. */
  private static final int HEAD = 1 << 10;

  private InlineLimits() {}

  static int of(CryptoProvider provider) {
    return switch (provider) {
      case IPSEC_MB -> (256 << 10) + HEAD;
      case CONSCRYPT -> (128 << 10) + HEAD;
      case JDK -> (64 << 10) + HEAD;
      case BOUNCYCASTLE -> HEAD; // a hundred times slower: 4 KiB take 40 µs
    };
  }
}
