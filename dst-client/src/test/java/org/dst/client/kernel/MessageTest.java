package org.dst.client.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dst.platform.syscall.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generic netlink's messages, byte for byte, both ways. */
@Timeout(30)
class MessageTest {
  private static final int FAMILY = 0x1f;

  @Test
  void shouldAskTheKernelToConnectADevice() {
    byte[] message =
        NbdFamily.connectMessage(
                FAMILY,
                new NbdFamily.Setup(7, 1 << 20, 4096, 0x12d, Duration.ofSeconds(600), "dst x"),
                List.of())
            .finish(5);
    ByteBuffer expected = head(message.length, 1);
    u32(expected, 1, 7);
    u64(expected, 2, 1 << 20);
    u64(expected, 3, 4096);
    u64(expected, 5, 0x12d);
    u64(expected, 4, 0);
    u64(expected, 8, 600);
    u64(expected, 6, 0);
    expected.putShort((short) 10).putShort((short) 10);
    expected.put("dst x".getBytes(StandardCharsets.US_ASCII)).put(new byte[3]);
    expected.putShort((short) 4).putShort((short) (7 | 0x8000));
    assertArrayEquals(bytes(expected), message);
  }

  @Test
  void shouldLetTheKernelChooseADevice() {
    byte[] message =
        NbdFamily.connectMessage(
                FAMILY, new NbdFamily.Setup(-1, 512, 512, 1, Duration.ofSeconds(1), ""), List.of())
            .finish(5);
    ByteBuffer rest = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    assertEquals(2, rest.getShort(22), "the first attribute is the size");
  }

  @Test
  void shouldNestAttributesAndPadThem() {
    byte[] message =
        new NetlinkRequest(FAMILY, 3, 1)
            .nest(7)
            .nest(1)
            .u32(1, 42)
            .end()
            .end()
            .text(10, "four")
            .finish(5);
    ByteBuffer expected = head(message.length, 3);
    expected.putShort((short) 16).putShort((short) 0x8007);
    expected.putShort((short) 12).putShort((short) 0x8001);
    u32(expected, 1, 42);
    expected.putShort((short) 9).putShort((short) 10);
    expected.put("four".getBytes(StandardCharsets.US_ASCII)).put(new byte[4]);
    assertArrayEquals(bytes(expected), message);
    assertEquals(0, message.length % 4);
  }

  @Test
  void shouldReadAnswersErrorsAndAcknowledgementsOfOneDatagram() throws IOException {
    ByteBuffer datagram = ByteBuffer.allocate(200).order(ByteOrder.nativeOrder());
    datagram.putInt(28).putShort((short) FAMILY).putShort((short) 0).putInt(9).putInt(77);
    datagram.put((byte) 1).put((byte) 1).putShort((short) 0);
    u32(datagram, 1, 3);
    error(datagram, 9, 0);
    error(datagram, 10, -Errno.EBUSY);
    List<NetlinkMessage> messages = NetlinkMessage.read(bytes(datagram));
    assertEquals(3, messages.size());
    assertFalse(messages.get(0).ends());
    assertEquals(NbdFamily.CONNECT, messages.get(0).command());
    assertEquals(3, messages.get(0).attributes().number(NbdFamily.INDEX));
    assertTrue(messages.get(1).ends());
    assertEquals(0, messages.get(1).error());
    assertEquals(9, messages.get(1).sequence());
    assertEquals(Errno.EBUSY, messages.get(2).error());
    assertEquals(10, messages.get(2).sequence());
  }

  @Test
  void shouldRefuseLengthsThatMakeNoSense() {
    for (int length : new int[] {0, 19, 29, -1, Integer.MAX_VALUE}) {
      byte[] datagram =
          ByteBuffer.allocate(28).order(ByteOrder.nativeOrder()).putInt(length).array();
      assertThrows(
          IOException.class, () -> NetlinkMessage.read(datagram), () -> "length " + length);
    }
    for (int length : new int[] {0, 3, 9, 0xffff}) {
      ByteBuffer attribute = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
      attribute.putShort(0, (short) length);
      assertThrows(
          IOException.class, () -> NetlinkAttributes.read(attribute), () -> "length " + length);
    }
  }

  @Test
  void shouldSayWhatAnAttributeLacks() throws IOException {
    NetlinkAttributes none = NetlinkAttributes.read(ByteBuffer.allocate(0));
    assertThrows(IOException.class, () -> none.number(1));
    ByteBuffer long64 = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
    u64(long64, 1, 5);
    NetlinkAttributes one = NetlinkAttributes.read(long64.flip());
    assertThrows(IOException.class, () -> one.number(1));
    assertFalse(one.has(2));
  }

  @Test
  void shouldBearAnyBytes() {
    Random random = new Random(4711);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] datagram = new byte[random.nextInt(64)];
      random.nextBytes(datagram);
      if (datagram.length > 4 && random.nextBoolean()) {
        ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()).putInt(0, datagram.length);
      }
      try {
        NetlinkMessage.read(datagram);
      } catch (IOException nonsense) {
        refused++;
      }
    }
    assertTrue(refused > 1000, "refused " + refused);
  }

  private static ByteBuffer head(int length, int command) {
    ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
    bytes.putInt(length).putShort((short) FAMILY).putShort((short) 5).putInt(5).putInt(0);
    return bytes.put((byte) command).put((byte) 1).putShort((short) 0);
  }

  private static void u32(ByteBuffer bytes, int type, int value) {
    bytes.putShort((short) 8).putShort((short) type).putInt(value);
  }

  private static void u64(ByteBuffer bytes, int type, long value) {
    bytes.putShort((short) 12).putShort((short) type).putLong(value);
  }

  private static void error(ByteBuffer bytes, int sequence, int error) {
    bytes.putInt(36).putShort((short) 2).putShort((short) 0).putInt(sequence).putInt(77);
    bytes.putInt(error).put(new byte[16]);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
