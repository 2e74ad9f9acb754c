package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.dst.client.nbd.negotiation.BlockSizes;
import org.junit.jupiter.api.Test;

class NbdLimitsTest {
  @Test
  void shouldWantEverythingPositive() {
    Duration second = Duration.ofSeconds(1);
    assertThrows(IllegalArgumentException.class, () -> new NbdLimits(0, 1, 1, second));
    assertThrows(IllegalArgumentException.class, () -> new NbdLimits(1, 0, 1, second));
    assertThrows(IllegalArgumentException.class, () -> new NbdLimits(1, 1, 0, second));
    assertThrows(IllegalArgumentException.class, () -> new NbdLimits(1, 1, 1, Duration.ZERO));
  }

  @Test
  void shouldExpressBlockSizesByTheRules() {
    assertEquals(
        new BlockSizes(1, 4096, 32 << 20), BlockSizes.of(MemoryDevice.info(1, 1, false, 0)));
    assertEquals(
        new BlockSizes(65536, 65536, 32 << 20),
        BlockSizes.of(MemoryDevice.info(1, 65536, false, 0)));
    for (int minimum : new int[] {0, 3, 131_072}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> BlockSizes.of(MemoryDevice.info(1, minimum, false, 0)));
    }
  }
}
