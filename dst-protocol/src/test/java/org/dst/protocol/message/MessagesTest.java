package org.dst.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Extent;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Watch.class)
@Timeout(30)
class MessagesTest {
  static List<Samples.Sample> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldReadWhatWasWritten(Samples.Sample sample) throws MalformedException {
    ByteBuf wire = Unpooled.buffer();
    sample.encoder().accept(wire);
    assertEquals(sample.message(), sample.decoder().decode(wire));
    assertFalse(wire.isReadable() && !(sample.message() instanceof Notice.Unknown));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldNeverTakeATruncatedMessageForTheWholeOne(Samples.Sample sample) {
    ByteBuf wire = Unpooled.buffer();
    sample.encoder().accept(wire);
    for (int length = 0; length < wire.writerIndex(); length++) {
      ByteBuf cut = wire.slice(0, length);
      Object message;
      try {
        message = sample.decoder().decode(cut);
      } catch (MalformedException refused) {
        continue;
      }
      // A cut between two extensions, or between two extents, leaves a message of its own.
      assertNotEquals(sample.message(), message, "cut to " + length);
      assertTrue(cutAtABoundary(sample, wire, length), "cut to " + length);
    }
  }

  private static boolean cutAtABoundary(Samples.Sample sample, ByteBuf wire, int length) {
    if (sample.name().equals("extents")) {
      return length == Extent.WIRE_LENGTH;
    }
    int afterFields = wire.writerIndex() - extensionBytes(sample.message());
    return length >= afterFields && !sample.name().contains("opening");
  }

  private static int extensionBytes(Object message) {
    Extensions extensions =
        switch (message) {
          case Attach attach -> attach.extensions();
          case Refused refused -> refused.extensions();
          case Attached attached -> attached.extensions();
          default -> Extensions.NONE;
        };
    ByteBuf out = Unpooled.buffer();
    extensions.encode(out);
    return out.readableBytes();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldRefuseTrailingBytes(Samples.Sample sample) {
    if (sample.message() instanceof Notice.Unknown) {
      return;
    }
    ByteBuf wire = Unpooled.buffer();
    sample.encoder().accept(wire);
    wire.writeByte(1);
    assertThrows(MalformedException.class, () -> sample.decoder().decode(wire));
  }

  @Test
  void shouldIgnoreWhatANewerNoticeCarries() throws MalformedException {
    ByteBuf wire = Unpooled.buffer().writeShort(300).writeLong(-1).writeLong(-1);
    assertEquals(new Notice.Unknown(300), Notice.decode(wire));
    ByteBuf resized = Unpooled.buffer().writeShort(1).writeLong(512);
    Samples.EXTENSIONS.encode(resized);
    assertEquals(new Notice.Resized(512), Notice.decode(resized));
    ByteBuf freshness = Unpooled.buffer().writeShort(3).writeLong(7);
    Samples.EXTENSIONS.encode(freshness);
    assertEquals(new Notice.Freshness(7), Notice.decode(freshness));
  }

  @Test
  void shouldRefuseNumbersThatMakeNoSense() {
    assertMalformed(() -> Notice.decode(Unpooled.buffer().writeShort(1).writeLong(-1)));
    assertMalformed(() -> Notice.decode(Unpooled.buffer().writeShort(3).writeLong(-1)));
    assertMalformed(() -> Refused.decode(Unpooled.buffer().writeShort(0).writeShort(0)));
    assertMalformed(() -> Extent.decodeAll(Unpooled.buffer()));
    assertMalformed(() -> Extent.decodeAll(Unpooled.buffer().writeLong(0).writeInt(0)));
    assertMalformed(() -> Extent.decodeAll(Unpooled.buffer().writeZero(12 * 1025)));
    assertMalformed(() -> Access.of(0));
    assertMalformed(() -> Access.of(4));
    ByteBuf listing = Unpooled.buffer().writeByte(1).writeShort(1).writeLong(-1).writeByte(1);
    assertMalformed(() -> Listing.decode(listing.writeInt(0)));
  }

  private static void assertMalformed(Executable decoding) {
    assertThrows(MalformedException.class, decoding);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 1 << 17, Integer.MIN_VALUE, -512})
  void shouldRefuseImpossibleBlockSizes(int block) {
    ByteBuf wire = Unpooled.buffer();
    Samples.ATTACHED.encode(wire);
    wire.setInt(8, block);
    assertMalformed(() -> Attached.decode(wire));
    ByteBuf preferred = Unpooled.buffer();
    Samples.ATTACHED.encode(preferred);
    preferred.setInt(12, block == 1 << 17 ? 1 << 30 : block);
    assertMalformed(() -> Attached.decode(preferred));
  }

  @Test
  void shouldRefuseImpossibleLimits() {
    int[][] fieldAndValue = {{0, -1}, {16, 4096}, {16, 64 << 20}, {20, 0}, {24, -1}, {36, 9}};
    for (int[] change : fieldAndValue) {
      ByteBuf wire = Unpooled.buffer();
      Samples.ATTACHED.encode(wire);
      wire.setInt(change[0], change[1]);
      if (change[0] == 36) {
        wire.setByte(36, change[1]);
      }
      assertMalformed(() -> Attached.decode(wire));
    }
  }

  @Test
  void shouldDistributeALongListOverParts() throws MalformedException {
    List<Listing.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      entries.add(new Listing.Entry("export-" + i, "d".repeat(i), i, Access.SHARED));
    }
    List<Listing.Entry> read = new ArrayList<>();
    List<Listing> parts = Listing.parts(entries);
    for (Listing part : parts) {
      ByteBuf wire = Unpooled.buffer();
      part.encode(wire);
      assertTrue(wire.readableBytes() <= Limits.MAX_CONTROL_PAYLOAD);
      Listing back = Listing.decode(wire);
      assertEquals(part == parts.getLast(), back.last());
      read.addAll(back.entries());
    }
    assertEquals(entries, read);
    assertEquals(List.of(new Listing(List.of(), true)), Listing.parts(List.of()));
  }

  @Test
  void shouldCutTextsForPeopleAtWholeCharacters() throws MalformedException {
    ByteBuf wire = Unpooled.buffer();
    new Refused(RefusalCode.BUSY, "x" + "ü".repeat(4000), Extensions.NONE).encode(wire);
    assertEquals("x" + "ü".repeat(2047), Refused.decode(wire).text());
  }

  @Test
  void shouldNotWriteWhatItsReaderRefuses() {
    Attach attach =
        new Attach(
            new UUID(1, 1),
            Attach.NO_SESSION,
            0,
            0,
            1,
            1,
            Access.READ_ONLY,
            false,
            "x".repeat(70_000),
            "",
            Extensions.NONE);
    var refused =
        assertThrows(IllegalArgumentException.class, () -> attach.encode(Unpooled.buffer()));
    assertEquals("export name of 70000 bytes (expected: <= 4096)", refused.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Extensions.NONE.with(1, new byte[65536]));
    assertThrows(IllegalArgumentException.class, () -> Extensions.NONE.with(65536, new byte[0]));
    var opening =
        new ClientOpening(
            1,
            1,
            SecurityMode.PLAIN,
            List.of(),
            List.of("none"),
            Extensions.NONE.with(1, new byte[5000]));
    assertThrows(IllegalArgumentException.class, () -> opening.encode(Unpooled.buffer()));
  }

  @Test
  void shouldRefuseTextThatIsNotUtf8() {
    ByteBuf wire = Unpooled.buffer().writeShort(6).writeShort(2).writeShort(0xc328);
    assertMalformed(() -> Refused.decode(wire));
  }

  @Test
  void shouldKnowCodesOfNewerPeersAsSomethingSafe() {
    assertEquals(RefusalCode.INVALID, RefusalCode.of(4711));
    assertEquals(SecurityMode.UNKNOWN, SecurityMode.of(3));
    assertEquals(SecurityMode.KEYS, SecurityMode.of(2));
  }
}
