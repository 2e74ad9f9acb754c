package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Random;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One session, cut into pieces in every way: the answers must be the same. */
@Timeout(120)
class NbdSplitTest {
  private static final DeviceInfo DISK = MemoryDevice.info(1 << 20, 1, false, MemoryDevice.ALL);

  private static byte[] session(HeaderFormat format) {
    byte[] data = new byte[300];
    new Random(3).nextBytes(data);
    return Wire.concat(
        Wire.clientFlags(3),
        Wire.option(3),
        Wire.option(99, new byte[20]),
        Wire.option(6, Wire.goData("disk", 1, 2, 3)),
        Arrays.copyOfRange(Wire.opening(format, format.chunked()), 4, openingLength(format)),
        Wire.write(format, 0, 1, 100, data),
        Wire.request(format, 0, 0, 2, 50, 200),
        Wire.write(format, 2, 3, 0, data),
        Wire.request(format, 1, 4, 4, 0, 4096),
        Wire.request(format, 0, 7, 5, 0, 1 << 20),
        Wire.request(format, 0, 9, 6, 0, 1 << 20),
        Wire.request(format, 0, 0, 7, 0, 8192),
        Wire.request(format, 0, 3, 8, 0, 0),
        Wire.request(format, 0, 2, 9, 0, 0));
  }

  private static int openingLength(HeaderFormat format) {
    return Wire.opening(format, format.chunked()).length;
  }

  private static byte[] answers(HeaderFormat format, byte[]... pieces) {
    try (TestConnection client = new TestConnection(DISK)) {
      for (byte[] piece : pieces) {
        client.send(piece);
      }
      byte[] received = client.receive();
      assertFalse(client.isOpen(), "DISC was not obeyed");
      return received;
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerTheSameAtEverySplitPoint(HeaderFormat format) {
    byte[] session = session(format);
    byte[] expected = answers(format, session);
    for (int at = 1; at < session.length; at++) {
      byte[] head = Arrays.copyOf(session, at);
      byte[] tail = Arrays.copyOfRange(session, at, session.length);
      assertArrayEquals(expected, answers(format, head, tail), "split at " + at);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerTheSameByteByByte(HeaderFormat format) {
    byte[] session = session(format);
    byte[][] single = new byte[session.length][];
    for (int i = 0; i < single.length; i++) {
      single[i] = new byte[] {session[i]};
    }
    byte[] expected = answers(format, session);
    assertArrayEquals(expected, answers(format, single));
  }
}
