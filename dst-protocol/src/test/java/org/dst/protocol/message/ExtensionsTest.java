package org.dst.protocol.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.dst.protocol.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ExtensionsTest {
  private static final byte[] VALUE = {1, 2};

  private static Extensions roundTrip(Extensions extensions) throws MalformedException {
    ByteBuf wire = Unpooled.buffer();
    extensions.encode(wire);
    return Extensions.decode(wire);
  }

  @Test
  void shouldIgnoreAnUnknownOne() throws MalformedException {
    Extensions extensions = roundTrip(Extensions.NONE.with(3, VALUE));
    assertEquals(-1, extensions.firstUnknownCritical());
    assertNull(extensions.get(4));
    assertArrayEquals(VALUE, extensions.get(3));
  }

  @Test
  void shouldFindAnUnknownCriticalOne() throws MalformedException {
    Extensions extensions =
        roundTrip(Extensions.NONE.with(Attach.PINNED_IDENTITY, VALUE).with(0x8002, VALUE));
    assertEquals(0x8002, extensions.firstUnknownCritical(Attach.PINNED_IDENTITY));
    assertEquals(0x8001, extensions.firstUnknownCritical(0x8002));
    assertEquals(-1, extensions.firstUnknownCritical(0x8001, 0x8002));
  }

  @Test
  void shouldRefuseOneThatComesTwice() {
    ByteBuf wire = Unpooled.buffer().writeInt(0x0007_0000).writeInt(0x0007_0000);
    var twice = assertThrows(MalformedException.class, () -> Extensions.decode(wire));
    assertEquals("duplicate extension 7", twice.getMessage());
  }

  @Test
  void shouldRefuseMoreThanTheLimit() throws MalformedException {
    ByteBuf wire = Unpooled.buffer();
    for (int i = 0; i < 65; i++) {
      wire.writeShort(i).writeShort(0);
    }
    assertEquals(-1, Extensions.decode(wire.slice(0, 64 * 4)).firstUnknownCritical());
    assertThrows(MalformedException.class, () -> Extensions.decode(wire));
  }

  @Test
  void shouldRefuseALengthBeyondTheMessage() {
    ByteBuf wire = Unpooled.buffer().writeShort(1).writeShort(65535).writeByte(0);
    assertThrows(MalformedException.class, () -> Extensions.decode(wire));
  }

  @Test
  void shouldNotShareItsValues() {
    byte[] value = {5};
    Extensions extensions = Extensions.NONE.with(1, value);
    value[0] = 6;
    extensions.get(1)[0] = 7;
    assertArrayEquals(new byte[] {5}, extensions.get(1));
    assertEquals(extensions, Extensions.NONE.with(1, new byte[] {5}));
    assertEquals(extensions.hashCode(), Extensions.NONE.with(1, new byte[] {5}).hashCode());
  }
}
