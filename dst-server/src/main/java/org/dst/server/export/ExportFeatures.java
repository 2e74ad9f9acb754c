package org.dst.server.export;

import org.dst.protocol.message.Features;
import org.dst.server.lane.WritePolicy;
import org.dst.server.store.StoreInfo;

/** The feature bits that an export advertises. */
final class ExportFeatures {
  private ExportFeatures() {}

  /** The {@link Features} of a store that is written by a policy. */
  static int of(StoreInfo info, WritePolicy policy) {
    int features =
        Features.FLUSH
            | Features.FUA
            | Features.WRITE_ZEROES
            | Features.CACHE
            | Features.BLOCK_STATUS;
    features |= info.canTrim() ? Features.TRIM : 0;
    features |= info.canFastZero() ? Features.FAST_ZERO : 0;
    features |= policy.writeThrough() ? Features.WRITE_THROUGH : 0;
    features |= info.rotational() ? Features.ROTATIONAL : 0;
    return features;
  }
}
