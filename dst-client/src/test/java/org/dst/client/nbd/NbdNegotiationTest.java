package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.negotiation.NbdNegotiation;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.protocol.message.Features;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NbdNegotiationTest {
  private static final int ACK = 1;
  private static final int ERR_UNSUP = 0x80000001;
  private static final int ERR_POLICY = 0x80000002;
  private static final int ERR_INVALID = 0x80000003;
  private static final int ERR_UNKNOWN = 0x80000006;
  private static final int ERR_SHUTDOWN = 0x80000007;
  private static final int ERR_TOO_BIG = 0x80000009;
  private static final int ERR_EXT_HEADER_REQD = 0x8000000a;

  private DeviceInfo info = MemoryDevice.info(1 << 20, 512, false, MemoryDevice.ALL);
  private boolean shuttingDown;
  private final NbdNegotiation negotiation = new NbdNegotiation(() -> info, () -> shuttingDown);
  private NbdNegotiation.State state;

  private byte[] receive(byte[] bytes) {
    ByteBuf out = Unpooled.buffer();
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    state = negotiation.receive(in, out);
    return Wire.bytes(out);
  }

  private List<Wire.Answer> answers(byte[] bytes) {
    return Wire.answers(receive(bytes));
  }

  private int onlyType(byte[] option) {
    List<Wire.Answer> answers = answers(option);
    assertEquals(1, answers.size(), "answers");
    return answers.getFirst().type();
  }

  private void begin() {
    assertEquals(0, receive(Wire.clientFlags(3)).length);
  }

  @Test
  void shouldGreetAsFixedNewstyleWithoutZeroes() {
    ByteBuf out = Unpooled.buffer();
    negotiation.greet(out);
    assertArrayEquals(
        Wire.concat("NBDMAGICIHAVEOPT".getBytes(StandardCharsets.US_ASCII), new byte[] {0, 3}),
        Wire.bytes(out));
  }

  @Test
  void shouldCloseOnUnknownClientFlags() {
    assertEquals(0, receive(Wire.clientFlags(4)).length);
    assertEquals(NbdNegotiation.State.CLOSED, state);
    assertNotNull(negotiation.closeReason());
  }

  @Test
  void shouldServeExportNameWithAndWithoutZeroes() {
    receive(Wire.clientFlags(1));
    byte[] reply = receive(Wire.option(1, "disk".getBytes(StandardCharsets.UTF_8)));
    assertEquals(134, reply.length);
    assertEquals(1 << 20, Unpooled.wrappedBuffer(reply).readLong());
    assertEquals(NbdNegotiation.State.TRANSMISSION, state);
    NbdNegotiation second = new NbdNegotiation(() -> info, () -> false);
    ByteBuf out = Unpooled.buffer();
    second.receive(Unpooled.wrappedBuffer(Wire.clientFlags(3), Wire.option(1)), out);
    assertEquals(10, Wire.bytes(out).length);
  }

  @Test
  void shouldServeExportNameToAClientWithoutFixedNewstyle() {
    receive(Wire.clientFlags(0));
    assertEquals(134, receive(Wire.option(1)).length);
    assertEquals(NbdNegotiation.State.TRANSMISSION, state);
  }

  @Test
  void shouldCloseWhenAClientWithoutFixedNewstyleSendsAnotherOption() {
    receive(Wire.clientFlags(0));
    assertEquals(0, receive(Wire.option(3)).length);
    assertEquals(NbdNegotiation.State.CLOSED, state);
  }

  @Test
  void shouldCloseWhenTheNameOfExportNameIsNotServed() {
    begin();
    assertEquals(0, receive(Wire.option(1, new byte[] {'x'})).length);
    assertEquals(NbdNegotiation.State.CLOSED, state);
    assertTrue(negotiation.closeReason().contains("'x'"));
  }

  @Test
  void shouldCloseOnExportNameAfterExtendedHeaders() {
    begin();
    receive(Wire.option(11));
    assertEquals(0, receive(Wire.option(1)).length);
    assertEquals(NbdNegotiation.State.CLOSED, state);
  }

  @Test
  void shouldCloseOnAnOversizeExportName() {
    begin();
    receive(Wire.option(1, new byte[4097]));
    assertEquals(NbdNegotiation.State.CLOSED, state);
  }

  @Test
  void shouldCloseOnAWrongOptionMagic() {
    begin();
    assertEquals(0, receive(new byte[16]).length);
    assertEquals(NbdNegotiation.State.CLOSED, state);
  }

  @Test
  void shouldAcknowledgeAbortWhateverItsData() {
    begin();
    assertEquals(ACK, onlyType(Wire.option(2, new byte[10])));
    assertEquals(NbdNegotiation.State.CLOSED, state);
    assertNull(negotiation.closeReason());
  }

  @Test
  void shouldListTheExportWithItsDescription() {
    begin();
    List<Wire.Answer> answers = answers(Wire.option(3));
    assertEquals(2, answers.size());
    assertEquals(2, answers.get(0).type());
    assertArrayEquals(
        Wire.concat(
            new byte[] {0, 0, 0, 4}, "diska disk in memory".getBytes(StandardCharsets.UTF_8)),
        answers.get(0).data());
    assertEquals(new Wire.Answer(3, ACK, null).type(), answers.get(1).type());
  }

  @Test
  void shouldRefuseDataWhereNoneBelongs() {
    begin();
    for (int option : new int[] {3, 5, 8, 11}) {
      assertEquals(ERR_INVALID, onlyType(Wire.option(option, new byte[1])), "option " + option);
    }
    assertEquals(HeaderFormat.SIMPLE, negotiation.format());
  }

  @Test
  void shouldRefuseTlsByPolicy() {
    begin();
    assertEquals(ERR_POLICY, onlyType(Wire.option(5)));
  }

  @Test
  void shouldAnswerUnknownOptionsUnsupportedAndGoOn() {
    begin();
    for (int option : new int[] {0, 4, 12, 9999, -1}) {
      assertEquals(ERR_UNSUP, onlyType(Wire.option(option, new byte[3])), "option " + option);
    }
    assertEquals(ERR_UNSUP, onlyType(Wire.option(12, new byte[70_000])));
    assertEquals(ACK, answers(Wire.option(3)).getLast().type());
  }

  @Test
  void shouldSkipOversizeDataAndAnswerTooBig() {
    begin();
    for (int option : new int[] {3, 5, 6, 7, 8, 9, 10, 11}) {
      assertEquals(ERR_TOO_BIG, onlyType(Wire.option(option, new byte[65_537])), "o" + option);
      assertEquals(NbdNegotiation.State.OPTION_HEAD, state);
    }
    assertEquals(ACK, onlyType(Wire.option(2, new byte[65_537])));
  }

  @Test
  void shouldSendTheInfosThatWereAsked() {
    begin();
    List<Wire.Answer> answers = answers(Wire.option(6, Wire.goData("", 1, 2, 3, 9)));
    assertEquals(NbdNegotiation.State.OPTION_HEAD, state);
    assertEquals(5, answers.size());
    assertTrue(answers.subList(0, 4).stream().allMatch(answer -> answer.type() == 3));
    ByteBuf export = Unpooled.wrappedBuffer(answers.get(0).data());
    assertEquals(12, export.readableBytes());
    assertEquals(0, export.readShort());
    assertEquals(1 << 20, export.readLong());
    assertEquals(
        1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11,
        export.readUnsignedShort());
    assertEquals("\0\1disk", new String(answers.get(1).data(), StandardCharsets.UTF_8));
    assertEquals("\0\2a disk in memory", new String(answers.get(2).data(), StandardCharsets.UTF_8));
    ByteBuf sizes = Unpooled.wrappedBuffer(answers.get(3).data());
    assertEquals(3, sizes.readShort());
    assertEquals(512, sizes.readInt());
    assertEquals(4096, sizes.readInt());
    assertEquals(32 << 20, sizes.readInt());
    assertEquals(ACK, answers.get(4).type());
  }

  @Test
  void shouldLeaveOutTheInfosThatWereNotAskedExceptTheBlockSizes() {
    begin();
    List<Wire.Answer> answers = answers(Wire.option(7, Wire.goData("disk")));
    assertEquals(3, answers.size());
    assertEquals(14, answers.get(1).data().length);
    assertEquals(NbdNegotiation.State.TRANSMISSION, state);
  }

  @Test
  void shouldAnswerUnknownExportsUnknownAndGoOn() {
    begin();
    assertEquals(ERR_UNKNOWN, onlyType(Wire.option(6, Wire.goData("other"))));
    assertEquals(ERR_UNKNOWN, onlyType(Wire.option(7, Wire.goData("x".repeat(4096)))));
    assertEquals(ACK, onlyType(Wire.option(8)));
    assertEquals(ERR_UNKNOWN, onlyType(Wire.option(9, Wire.queryData("other"))));
    assertEquals(ERR_UNKNOWN, onlyType(Wire.option(10, Wire.queryData("other"))));
    assertEquals(NbdNegotiation.State.OPTION_HEAD, state);
  }

  @Test
  void shouldRefuseMalformedInfoRequests() {
    begin();
    byte[][] malformed = {
      new byte[0],
      new byte[3],
      {0, 0, 0, 1, 'x'},
      {0, 0, 0, 9, 'd', 'i', 's', 'k', 0, 0},
      {-1, -1, -1, -1, 0, 0},
      {0, 0, 0, 0, 0, 1},
      {0, 0, 0, 0, 0, 1, 0},
      {0, 0, 0, 0, 0, 0, 0},
      {0, 0, 0, 1, -1, 0, 0},
      {0, 0, 0, 1, 0, 0, 0},
      Wire.goData("x".repeat(4097)),
    };
    for (byte[] data : malformed) {
      assertEquals(ERR_INVALID, onlyType(Wire.option(7, data)), java.util.Arrays.toString(data));
    }
    assertEquals(NbdNegotiation.State.OPTION_HEAD, state);
  }

  @Test
  void shouldOfferUnfragmentedReadsOnlyWithStructuredReplies() {
    begin();
    assertFalse(hasFlag(1 << 7));
    assertEquals(ACK, onlyType(Wire.option(8)));
    assertTrue(hasFlag(1 << 7));
    assertEquals(HeaderFormat.STRUCTURED, negotiation.format());
  }

  @Test
  void shouldOfferStatusPayloadsOnlyWithExtendedHeadersAndAContext() {
    begin();
    receive(Wire.option(8));
    receive(Wire.option(10, Wire.queryData("", "base:allocation")));
    assertFalse(hasFlag(1 << 12));
    assertEquals(ACK, onlyType(Wire.option(11)));
    assertTrue(hasFlag(1 << 12));
    assertEquals(ERR_EXT_HEADER_REQD, onlyType(Wire.option(8)));
    assertEquals(HeaderFormat.EXTENDED, negotiation.format());
  }

  @Test
  void shouldTellWhatAReadOnlyExportCannotDo() {
    info = MemoryDevice.info(1 << 20, 1, true, MemoryDevice.ALL);
    begin();
    assertEquals(1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 8 | 1 << 10, flags());
    info = MemoryDevice.info(1 << 20, 1, false, Features.FAST_ZERO);
    assertEquals(1 | 1 << 8, flags());
  }

  @Test
  void shouldTellASizeOfWholeBlocks() {
    info = MemoryDevice.info(1025, 512, false, 0);
    begin();
    byte[] export = answers(Wire.option(6, Wire.goData(""))).getFirst().data();
    assertEquals(1024, Unpooled.wrappedBuffer(export).getLong(2));
  }

  @Test
  void shouldListContextsByWildcardNameOrWithoutQuery() {
    begin();
    receive(Wire.option(8));
    assertEquals(2, answers(Wire.option(9, Wire.queryData("disk"))).size());
    assertEquals(2, answers(Wire.option(9, Wire.queryData("", "base:"))).size());
    List<Wire.Answer> found = answers(Wire.option(9, Wire.queryData("", "x:", "base:allocation")));
    assertEquals(4, found.getFirst().type());
    assertEquals(
        "\0\0\0\0base:allocation", new String(found.getFirst().data(), StandardCharsets.UTF_8));
    assertEquals(ACK, onlyType(Wire.option(9, Wire.queryData("", "base:other", "qemu:", "base"))));
    assertFalse(negotiation.metaContext());
  }

  @Test
  void shouldSelectOnlyWhatIsNamedExactly() {
    begin();
    receive(Wire.option(8));
    assertEquals(2, answers(Wire.option(10, Wire.queryData("", "base:allocation"))).size());
    assertTrue(negotiation.metaContext());
    assertEquals(ACK, onlyType(Wire.option(10, Wire.queryData(""))));
    assertFalse(negotiation.metaContext());
    assertEquals(ACK, onlyType(Wire.option(10, Wire.queryData("", "base:"))));
    assertFalse(negotiation.metaContext());
  }

  @Test
  void shouldForgetTheSelectionWhenANewOneFails() {
    byte[][] failing = {
      Wire.option(10, new byte[3]),
      Wire.option(10, Wire.queryData("other", "base:allocation")),
      Wire.option(10, new byte[65_537]),
    };
    begin();
    receive(Wire.option(8));
    for (byte[] option : failing) {
      receive(Wire.option(10, Wire.queryData("", "base:allocation")));
      assertTrue(negotiation.metaContext());
      receive(option);
      assertFalse(negotiation.metaContext());
    }
  }

  @Test
  void shouldRefuseContextsWithoutStructuredReplies() {
    begin();
    assertEquals(ERR_INVALID, onlyType(Wire.option(9, Wire.queryData(""))));
    assertEquals(ERR_INVALID, onlyType(Wire.option(10, Wire.queryData("", "base:allocation"))));
    assertFalse(negotiation.metaContext());
  }

  @Test
  void shouldRefuseMalformedQueries() {
    begin();
    receive(Wire.option(8));
    byte[][] malformed = {
      new byte[0],
      new byte[7],
      {0, 0, 0, 0, 0, 0, 0, 1},
      {0, 0, 0, 0, -1, -1, -1, -1},
      {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 'b'},
      {0, 0, 0, 0, 0, 0, 0, 0, 0},
      {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, -1},
    };
    for (byte[] data : malformed) {
      assertEquals(ERR_INVALID, onlyType(Wire.option(9, data)));
      assertEquals(ERR_INVALID, onlyType(Wire.option(10, data)));
    }
  }

  @Test
  void shouldNotOfferContextsOfADeviceWithoutBlockStatus() {
    info = MemoryDevice.info(1 << 20, 1, false, 0);
    begin();
    receive(Wire.option(8));
    assertEquals(ACK, onlyType(Wire.option(10, Wire.queryData("", "base:allocation"))));
    assertFalse(negotiation.metaContext());
  }

  @Test
  void shouldRefuseEverythingButAbortWhileShuttingDown() {
    begin();
    shuttingDown = true;
    for (int option : new int[] {3, 5, 6, 7, 8, 9, 10, 11, 99}) {
      assertEquals(ERR_SHUTDOWN, onlyType(Wire.option(option)), "option " + option);
    }
    assertEquals(ACK, onlyType(Wire.option(2)));
  }

  @Test
  void shouldCutOffAClientThatNeverEndsHaggling() {
    begin();
    for (int i = 0; i < NbdNegotiation.MAX_OPTIONS; i++) {
      assertEquals(ERR_POLICY, onlyType(Wire.option(5)));
    }
    assertEquals(0, receive(Wire.option(5)).length);
    assertEquals(NbdNegotiation.State.CLOSED, state);
  }

  private boolean hasFlag(int flag) {
    return (flags() & flag) != 0;
  }

  private int flags() {
    byte[] export = answers(Wire.option(6, Wire.goData(""))).getFirst().data();
    return Unpooled.wrappedBuffer(export).getUnsignedShort(10);
  }
}
