package org.dst.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.UUID;
import org.dst.protocol.Access;
import org.junit.jupiter.api.Test;

/** When a client has to keep what was acknowledged. */
class VolatileCacheTest {
  private static void assertVolatile(boolean expected, int features, Access access) {
    Attached answer =
        new Attached(
            4096,
            1,
            4096,
            1 << 20,
            64,
            1 << 20,
            features,
            access,
            1,
            new UUID(0, 1),
            1,
            new UUID(0, 2),
            "",
            Extensions.NONE);
    assertEquals(expected, answer.hasVolatileCache(), answer::toString);
  }

  @Test
  void shouldBeThereUnlessEveryChangeIsDurableByItself() {
    assertVolatile(true, Features.FLUSH | Features.FUA, Access.READ_WRITE);
    assertVolatile(false, Features.FLUSH, Access.SHARED);
    assertVolatile(false, Features.FLUSH | Features.WRITE_THROUGH, Access.READ_WRITE);
    assertVolatile(false, Features.FUA, Access.READ_WRITE);
  }
}
