package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import org.dst.system.harness.RawNbd;

/** Fills a disk whose store has less space than it promises, MiB by MiB. */
final class DiskFiller {
  static final int MEBIBYTE = 1 << 20;

  private DiskFiller() {}

  /**
   * Writes until there is no more space, which must be told as such.
   *
   * @param promised MiB of the disk
   * @return how many MiB there are
   */
  static int fill(RawNbd nbd, int promised) throws IOException {
    for (int i = 0; i < promised; i++) {
      nbd.request(0, RawNbd.WRITE, i, (long) i * MEBIBYTE, MEBIBYTE);
      nbd.payload(pattern(i));
      int error = nbd.reply(i);
      if (error != 0) {
        assertEquals(RawNbd.ENOSPC, error, "error of the write that found no space");
        return i;
      }
    }
    return promised;
  }

  /** What is written to a MiB. */
  static byte[] pattern(int i) {
    byte[] bytes = new byte[MEBIBYTE];
    Arrays.fill(bytes, (byte) (i + 1));
    return bytes;
  }
}
