package org.dst.client.session;

import org.dst.client.lane.Transaction;
import org.dst.client.link.LinkParameters;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;

/**
 * The checksums of a lane's payloads. A write gets its checksum once, when it enters the lane; from
 * then on its payload is immutable, and a mismatch means that our own memory has changed. The
 * algorithm is negotiated by the lane's first link; later links have to agree to it, because
 * waiting payloads carry it. Confined to the lane's event loop.
 */
final class PayloadChecksums {
  private String algorithm;
  private Checksum checksum;

  /** The negotiated algorithm; null before the first link. */
  String algorithm() {
    return algorithm;
  }

  /** A link was opened: the first one decides the algorithm. */
  void opened(LinkParameters parameters) {
    if (algorithm == null) {
      algorithm = parameters.checksum().name();
      checksum = Checksums.beforeLink(algorithm);
    }
  }

  /** Computes a transaction's checksum over its payload, if it has one. */
  void compute(Transaction transaction) {
    if (transaction.payload() != null) {
      checksum.compute(transaction.payload(), transaction.checksum());
    }
  }

  /** Whether the payload still is what its checksum was computed over. */
  boolean matches(Transaction transaction) {
    return transaction.payload() == null
        || checksum.matches(transaction.payload(), transaction.checksum());
  }
}
