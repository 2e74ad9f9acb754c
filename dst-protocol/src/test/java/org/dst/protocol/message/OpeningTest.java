package org.dst.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OpeningTest {
  private static byte[] header(String text) {
    ByteBuf bytes = Unpooled.buffer().writeBytes(text.getBytes());
    byte[] header = new byte[OpeningHeader.LENGTH];
    bytes.readBytes(header);
    return header;
  }

  @Test
  void shouldSayWhatCameInsteadOfAnOpening() {
    var http =
        assertThrows(
            MalformedException.class, () -> OpeningHeader.read(header("GET / HTTP/1.1\r\n")));
    assertEquals("opening starts with 0x474554202f204854", http.getMessage());
    assertThrows(MalformedException.class, () -> OpeningHeader.read(header("NBDMAGICIHAVEOPT")));
  }

  @Test
  void shouldFindOutAPathThatConvertsLineEnds() {
    ByteBuf wire = Unpooled.buffer();
    Samples.CLIENT_OPENING.encode(wire);
    byte[] header = new byte[OpeningHeader.LENGTH];
    wire.readBytes(header);
    System.arraycopy(header, 5, header, 4, 5);
    assertThrows(MalformedException.class, () -> OpeningHeader.read(header));
  }

  @Test
  void shouldRefuseAnOversizeOpeningByItsHeader() throws MalformedException {
    byte[] header = new byte[OpeningHeader.LENGTH];
    Unpooled.wrappedBuffer(header).setLong(0, 0x445354c40d0a1a0aL).setShort(8, 4086);
    assertEquals(4086, OpeningHeader.read(header));
    Unpooled.wrappedBuffer(header).setShort(8, 4087);
    var tooLong = assertThrows(MalformedException.class, () -> OpeningHeader.read(header));
    assertEquals("opening of 4087 bytes (expected: <= 4086)", tooLong.getMessage());
  }

  @Test
  void shouldRefuseAnEmptyRangeOfVersions() {
    for (int[] range : new int[][] {{0, 1}, {2, 1}, {0, 0}}) {
      ByteBuf body =
          Unpooled.buffer().writeShort(range[0]).writeShort(range[1]).writeShort(0).writeInt(0);
      assertThrows(MalformedException.class, () -> ClientOpening.decode(body));
    }
  }

  @Test
  void shouldReadAModeOfANewerPeerSoThatItCanBeAnswered() throws MalformedException {
    ByteBuf body = Unpooled.buffer().writeShort(1).writeShort(9).writeByte(4).writeByte(0);
    assertEquals(SecurityMode.UNKNOWN, ClientOpening.decode(body.writeInt(0)).mode());
    ByteBuf answer = Unpooled.buffer().writeShort(2).writeShort(0).writeByte(4).writeByte(0);
    answer.writeInt(0).writeShort(3).writeBytes("why".getBytes());
    assertEquals("why", ServerOpening.decode(answer).text());
  }
}
