package org.dst.protocol.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(20)
class WatchTest {
  @Test
  void shouldFindALeakedBuffer() throws InterruptedException {
    leak();
    assertTrue(Watch.leaks().getFirst().contains("leak"), "the leak names its place");
    assertEquals(0, Watch.leaks().size(), "a leak is told once");
  }

  private static void leak() {
    ByteBufAllocator.DEFAULT.directBuffer(1).writeByte(1);
  }
}
