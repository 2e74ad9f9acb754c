package org.dst.protocol.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandshakeMessageTest {
  private static HandshakeMessage read(ByteBuf wire) throws MalformedException {
    byte[] header = new byte[HandshakeMessage.HEADER_LENGTH];
    wire.readBytes(header);
    assertEquals(wire.readableBytes(), HandshakeMessage.length(header));
    return HandshakeMessage.decode(header, wire);
  }

  private static ByteBuf written(HandshakeMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return out;
  }

  @Test
  void shouldReadWhatItWrote() throws MalformedException {
    for (int length : new int[] {0, 1, 48, 4096}) {
      byte[] bytes = new byte[length];
      new Random(length).nextBytes(bytes);
      var read = (HandshakeMessage.Noise) read(written(new HandshakeMessage.Noise(bytes)));
      assertArrayEquals(bytes, read.bytes());
    }
    var refusal = new HandshakeMessage.Refusal(RefusalCode.NOT_ALLOWED, "the key does not match");
    assertEquals(refusal, read(written(refusal)));
  }

  @Test
  void shouldCutATextThatIsTooLongAndRefuseAMessageThatIs() throws MalformedException {
    var refusal = new HandshakeMessage.Refusal(RefusalCode.NOT_ALLOWED, "x".repeat(9000));
    var read = (HandshakeMessage.Refusal) read(written(refusal));
    assertEquals(Limits.MAX_HANDSHAKE / 2, read.text().length());
    var tooLong = new HandshakeMessage.Noise(new byte[4097]);
    assertThrows(IllegalArgumentException.class, () -> written(tooLong));
  }

  @Test
  void shouldRefuseAHeaderThatMakesNoSense() {
    for (byte[] header :
        new byte[][] {{2, 0, 0, 0}, {-1, 0, 0, 0}, {0, 1, 0, 0}, {1, -1, 0, 0}, {'G', 'E', 0, 0}}) {
      var odd = assertThrows(MalformedException.class, () -> HandshakeMessage.length(header));
      assertTrue(odd.getMessage().contains("(expected: 0x0000 or 0x0100)"), odd.getMessage());
    }
    var tooLong =
        assertThrows(
            MalformedException.class, () -> HandshakeMessage.length(new byte[] {0, 0, 16, 1}));
    assertEquals("handshake message of 4097 bytes (expected: <= 4096)", tooLong.getMessage());
  }

  @Test
  void shouldRefuseARefusalThatIsCutOrMore() {
    ByteBuf whole = written(new HandshakeMessage.Refusal(RefusalCode.BUSY, "later"));
    byte[] header = {1, 0, 0, 9};
    for (int length = 0; length < 9; length++) {
      ByteBuf cut = whole.slice(4, length);
      assertThrows(MalformedException.class, () -> HandshakeMessage.decode(header, cut));
    }
    ByteBuf more = whole.slice(4, 9).copy().writeByte(0);
    assertThrows(MalformedException.class, () -> HandshakeMessage.decode(header, more));
    ByteBuf none = Unpooled.buffer().writeInt(0);
    assertThrows(MalformedException.class, () -> HandshakeMessage.decode(header, none));
  }
}
