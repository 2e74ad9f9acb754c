package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.message.Features;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class NbdTransmissionTest {
  private static final int FUA = 1;
  private static final int NO_HOLE = 2;
  private static final int DF = 4;
  private static final int REQ_ONE = 8;
  private static final int FAST_ZERO = 16;
  private static final int PAYLOAD_LEN = 32;

  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int DISC = 2;
  private static final int FLUSH = 3;
  private static final int TRIM = 4;
  private static final int CACHE = 5;
  private static final int WRITE_ZEROES = 6;
  private static final int BLOCK_STATUS = 7;

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** The data of a read's reply in any format. */
  private static byte[] data(Wire.Reply reply, long offset) {
    if (reply.type() == -1) {
      return reply.payload();
    }
    ByteBuf payload = Unpooled.wrappedBuffer(reply.payload());
    assertEquals(offset, payload.readLong());
    if (reply.type() == 2) {
      return new byte[payload.readInt()];
    }
    assertEquals(1, reply.type());
    return Arrays.copyOfRange(reply.payload(), 8, reply.payload().length);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadBackWhatWasWritten(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, false)) {
      byte[] written = random(10_000);
      client.write(FUA, 5, 777, written);
      Wire.Reply done = client.reply(0);
      assertEquals(0, done.error());
      assertEquals(5, done.cookie());
      assertEquals(format == HeaderFormat.EXTENDED ? 0 : -1, done.type());
      assertEquals(format == HeaderFormat.EXTENDED ? 777 : 0, done.offset());
      client.request(0, READ, -1, 777, 10_000);
      Wire.Reply read = client.reply(10_000);
      assertEquals(-1, read.cookie());
      assertEquals(1, read.flags());
      assertArrayEquals(written, data(read, 777));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerZeroesAsAHoleWhereChunksAllowIt(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, false)) {
      client.request(format.chunked() ? DF : 0, READ, 1, 4096, 8192);
      Wire.Reply read = client.reply(8192);
      assertEquals(format.chunked() ? 2 : -1, read.type());
      assertEquals(format.chunked() ? 12 : 8192, read.payload().length);
      assertArrayEquals(new byte[8192], data(read, 4096));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldPassCommandsAndTheirFlagsToTheDevice(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, format.chunked())) {
      client.device().seen().clear();
      assertEquals(0, client.error(FUA, READ, 0, 512));
      assertEquals(0, client.error(FUA, FLUSH, 0, 0));
      assertEquals(0, client.error(FUA, TRIM, 512, 1024));
      assertEquals(0, client.error(FUA, CACHE, 512, 1024));
      assertEquals(0, client.error(FUA | NO_HOLE | FAST_ZERO, WRITE_ZEROES, 0, 1 << 20));
      client.write(FUA, 9, 0, new byte[1]);
      assertEquals(0, client.reply(0).error());
      assertEquals(
          List.of(
              new MemoryDevice.Seen(Opcode.READ, 0, 0, 512),
              new MemoryDevice.Seen(Opcode.FLUSH, 0, 0, 0),
              new MemoryDevice.Seen(Opcode.TRIM, RequestFlags.FUA, 512, 1024),
              new MemoryDevice.Seen(Opcode.CACHE, 0, 512, 1024),
              new MemoryDevice.Seen(
                  Opcode.WRITE_ZEROES,
                  RequestFlags.FUA | RequestFlags.NO_HOLE | RequestFlags.FAST_ZERO,
                  0,
                  1 << 20),
              new MemoryDevice.Seen(Opcode.WRITE, RequestFlags.FUA, 0, 1)),
          client.device().seen());
    }
  }

  @Test
  void shouldAnswerBlockStatusInCompactDescriptors() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.STRUCTURED, true)) {
      client.write(0, 1, 4096, random(4096));
      client.receive();
      client.request(0, BLOCK_STATUS, 2, 0, 1 << 20);
      Wire.Reply status = client.reply(0);
      assertEquals(5, status.type());
      assertArrayEquals(
          new int[] {1, 4096, 3, 4096, 0, (1 << 20) - 8192, 3}, ints(status.payload()));
      client.request(REQ_ONE, BLOCK_STATUS, 2, 5000, 100_000);
      assertArrayEquals(new int[] {1, 8192 - 5000, 0}, ints(client.reply(0).payload()));
    }
  }

  @Test
  void shouldAnswerBlockStatusInExtendedDescriptors() {
    long size = 1L << 40;
    DeviceInfo info = MemoryDevice.info(size, 1, false, MemoryDevice.ALL);
    try (TestConnection client = TestConnection.ready(info, HeaderFormat.EXTENDED, true)) {
      client.write(0, 1, 0, random(4096));
      client.receive();
      client.request(0, BLOCK_STATUS, 2, 0, size);
      Wire.Reply status = client.reply(0);
      assertEquals(6, status.type());
      ByteBuf payload = Unpooled.wrappedBuffer(status.payload());
      assertEquals(1, payload.readInt());
      assertEquals(2, payload.readInt());
      assertEquals(4096, payload.readLong());
      assertEquals(0, payload.readLong());
      assertEquals(size - 4096, payload.readLong());
      assertEquals(3, payload.readLong());
      assertFalse(payload.isReadable());
    }
  }

  @Test
  void shouldAnswerAStatusPayloadThatNamesTheContext() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.EXTENDED, true)) {
      client.send(statusPayload(1 << 20, 1));
      Wire.Reply status = client.reply(0);
      assertEquals(6, status.type());
      assertEquals(1 << 20, Unpooled.wrappedBuffer(status.payload()).getLong(8));
      client.send(statusPayload(1 << 20, 2));
      assertEquals(22, client.reply(0).error());
      client.send(statusPayload((1 << 20) + 1, 1));
      assertEquals(22, client.reply(0).error());
      client.send(statusPayload(1 << 20));
      assertEquals(22, client.reply(0).error());
      client.send(statusPayload(1 << 20, 1, 1));
      assertEquals(22, client.reply(0).error());
      assertEquals(0, client.error(0, FLUSH, 0, 0));
    }
  }

  private static byte[] statusPayload(long length, int... ids) {
    ByteBuf payload = Unpooled.buffer().writeLong(length);
    for (int id : ids) {
      payload.writeInt(id);
    }
    byte[] bytes = Wire.bytes(payload);
    return Wire.concat(
        Wire.request(HeaderFormat.EXTENDED, PAYLOAD_LEN, BLOCK_STATUS, 3, 0, bytes.length), bytes);
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWithTheExactErrorAndGoOn(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, format.chunked())) {
      long end = 1 << 20;
      assertEquals(22, client.error(0, READ, end, 1));
      assertEquals(22, client.error(0, READ, end - 1, 2));
      assertEquals(22, client.error(0, READ, -1, 1));
      assertEquals(22, client.error(0, READ, 0, 0));
      assertEquals(22, client.error(REQ_ONE, READ, 0, 1));
      assertEquals(format.chunked() ? 75 : 22, client.error(DF, READ, 0, (32 << 20) + 1));
      assertEquals(28, client.error(0, WRITE_ZEROES, end, 1));
      assertEquals(22, client.error(0, TRIM, end, 1));
      assertEquals(22, client.error(0, FLUSH, 1, 0));
      assertEquals(22, client.error(0, 8, 0, 1));
      assertEquals(22, client.error(0, 0xffff, 0, 1));
      assertEquals(format.chunked() ? 0 : 22, client.error(0, BLOCK_STATUS, 0, 1));
      client.write(0, 1, end, new byte[10_000]);
      assertEquals(28, client.reply(0).error());
      client.write(DF, 1, 0, new byte[10_000]);
      assertEquals(22, client.reply(0).error());
      assertEquals(0, client.error(0, FLUSH, 0, 0));
      assertTrue(client.isOpen());
    }
  }

  @Test
  void shouldExplainErrorsInChunks() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.STRUCTURED, false)) {
      client.request(0, READ, 1, 1 << 20, 1);
      Wire.Reply refused = client.reply(0);
      assertEquals(0x8001, refused.type());
      String text = "range reaches beyond the end of the export";
      assertEquals(text, new String(refused.payload(), 6, refused.payload().length - 6));
      assertEquals(text.length(), Unpooled.wrappedBuffer(refused.payload()).getShort(4));
      client.device().fail(Status.IO_ERROR);
      client.request(0, READ, 1, 512, 512);
      Wire.Reply failed = client.reply(0);
      assertEquals(0x8002, failed.type());
      assertEquals(5, failed.error());
      assertEquals(512, Unpooled.wrappedBuffer(failed.payload()).getLong(6));
      assertEquals(14, failed.payload().length);
      client.request(0, FLUSH, 1, 0, 0);
      assertEquals(0x8001, client.reply(0).type());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldReportWhatTheDeviceReports(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, format.chunked())) {
      client.device().fail(Status.NO_SPACE);
      client.write(0, 1, 0, new byte[10]);
      assertEquals(28, client.reply(0).error());
      client.device().fail(Status.NOT_SUPPORTED);
      assertEquals(95, client.error(FAST_ZERO, WRITE_ZEROES, 0, 4096));
      assertEquals(22, client.error(0, WRITE_ZEROES, 0, 4096));
      client.device().fail(Status.SHUTTING_DOWN);
      assertEquals(108, client.error(0, READ, 0, 4096));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseChangesOfAReadOnlyExport(HeaderFormat format) {
    DeviceInfo info = MemoryDevice.info(1 << 20, 1, true, MemoryDevice.ALL);
    try (TestConnection client = TestConnection.ready(info, format, false)) {
      client.write(0, 1, 0, new byte[10_000]);
      assertEquals(1, client.reply(0).error());
      assertEquals(1, client.error(0, TRIM, 0, 1));
      assertEquals(1, client.error(0, WRITE_ZEROES, 0, 1));
      assertEquals(0, client.error(0, READ, 0, 1));
    }
  }

  @Test
  void shouldSkipAnOversizeWriteAndGoOn() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.SIMPLE, false)) {
      int length = (32 << 20) + 1;
      client.request(0, WRITE, 1, 0, length);
      byte[] piece = new byte[1 << 20];
      for (int sent = 0; sent < length; ) {
        byte[] next = length - sent < piece.length ? new byte[length - sent] : piece;
        client.send(next);
        sent += next.length;
      }
      assertEquals(22, client.reply(0).error());
      assertEquals(0, client.error(0, FLUSH, 0, 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldDisconnectOnAPayloadThatIsTooLongToSkip(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, false)) {
      long length = format == HeaderFormat.EXTENDED ? (32 << 20) + 1 : (64 << 20) + 1;
      client.request(format == HeaderFormat.EXTENDED ? PAYLOAD_LEN : 0, WRITE, 1, 0, length);
      assertFalse(client.isOpen());
    }
  }

  @Test
  void shouldDisconnectOnAPayloadLengthThatIsNegativeWhenSigned() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.EXTENDED, false)) {
      client.request(PAYLOAD_LEN, READ, 1, 0, -1);
      assertFalse(client.isOpen());
    }
  }

  @Test
  void shouldSkipPayloadsThatDoNotBelongToTheCommand() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.EXTENDED, false)) {
      for (int type : new int[] {READ, FLUSH, TRIM, CACHE, WRITE_ZEROES, BLOCK_STATUS, 99}) {
        client.request(PAYLOAD_LEN, type, type, 0, 5000);
        client.send(new byte[5000]);
        assertEquals(22, client.reply(0).error(), "type " + type);
      }
      client.request(0, WRITE, 1, 0, 5000);
      assertEquals(22, client.reply(0).error());
      assertEquals(0, client.error(0, FLUSH, 0, 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldDisconnectOnAWrongMagic(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, false)) {
      client.send(new byte[format.requestLength()]);
      assertFalse(client.isOpen());
      assertEquals(0, client.receive().length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCloseAfterDiscWithoutAReply(HeaderFormat format) {
    try (TestConnection client = TestConnection.ready(format, false)) {
      client.request(0, DISC, 1, 0, 0);
      assertFalse(client.isOpen());
      assertEquals(0, client.receive().length);
    }
  }

  @Test
  void shouldRefuseWhatTheExportDoesNotOffer() {
    DeviceInfo info = MemoryDevice.info(1 << 20, 512, false, Features.FUA);
    try (TestConnection client = TestConnection.ready(info, HeaderFormat.STRUCTURED, true)) {
      assertEquals(22, client.error(0, FLUSH, 0, 0));
      assertEquals(22, client.error(0, TRIM, 0, 512));
      assertEquals(22, client.error(0, CACHE, 0, 512));
      assertEquals(22, client.error(0, WRITE_ZEROES, 0, 512));
      assertEquals(22, client.error(0, BLOCK_STATUS, 0, 512));
      assertEquals(22, client.error(0, READ, 1, 512));
    }
  }

  @Test
  void shouldFollowTheSizeOfTheDevice() {
    try (TestConnection client = TestConnection.ready(HeaderFormat.SIMPLE, false)) {
      assertEquals(22, client.error(0, READ, 1 << 20, 512));
      client.device().info(MemoryDevice.info(2 << 20, 1, false, MemoryDevice.ALL));
      assertEquals(0, client.error(0, READ, 1 << 20, 512));
    }
  }

  private static int[] ints(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    int[] ints = new int[bytes.length / 4];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = in.readInt();
    }
    return ints;
  }
}
