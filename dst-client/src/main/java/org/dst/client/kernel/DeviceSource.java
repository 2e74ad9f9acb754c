package org.dst.client.kernel;

import java.nio.file.Path;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.dst.client.device.DeviceInfo;

/**
 * Where the device's bytes come from: this process's NBD socket.
 *
 * @param socket a Unix socket that is served already
 * @param info of the disk
 * @param store the identity of the server's store, by which a successor knows the device again
 * @param connections NBD clients that are connected to the socket now
 */
public record DeviceSource(Path socket, DeviceInfo info, UUID store, IntSupplier connections) {
  private static final int SMALLEST_BLOCK = 512;
  private static final int LARGEST_BLOCK = 4096;

  /** What the kernel keeps as the device's owner; short, and the same for every process. */
  String backend() {
    return "dst " + store;
  }

  /**
   * Bytes of a sector.
   *
   * @param wanted 0 for the smallest that is possible
   * @throws IllegalArgumentException if the export's blocks are larger
   */
  int block(int wanted) {
    int block = wanted == 0 ? Math.max(SMALLEST_BLOCK, info.minBlock()) : wanted;
    if (block < info.minBlock() || block > LARGEST_BLOCK) {
      throw new IllegalArgumentException(
          "the export's blocks have %d bytes, the device's would have %d (expected: at least as many, at most %d)"
              .formatted(info.minBlock(), block, LARGEST_BLOCK));
    }
    return block;
  }
}
