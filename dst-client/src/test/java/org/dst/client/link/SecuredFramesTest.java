package org.dst.client.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.List;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.cipher.CryptoProvider;
import org.dst.crypto.pool.CryptoPool;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Watch.class)
@Timeout(20)
class SecuredFramesTest {
  private static final int LARGE = 300_000;

  private final CryptoPool pool = new CryptoPool(2);

  @AfterEach
  void stop() {
    pool.close();
  }

  private static void assertHeard(SecuredPair.Heard heard, long id, int length) {
    assertEquals(id, heard.id());
    assertTrue(heard.intact());
    assertArrayEquals(SecuredPair.bytes(id, length), heard.payload());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, LARGE})
  void shouldCarryEveryKindOfFrame(int payload) {
    try (SecuredPair pair = new SecuredPair(pool)) {
      for (Opcode opcode : Opcode.values()) {
        pair.write(opcode, opcode.code(), payload);
      }
      byte[] sent = pair.sent();
      pair.arrive(sent, 0, sent.length);
      pair.await(Opcode.values().length);
      for (int i = 0; i < Opcode.values().length; i++) {
        Opcode opcode = Opcode.values()[i];
        assertEquals(opcode, pair.receiver.heard.get(i).opcode());
        assertHeard(pair.receiver.heard.get(i), opcode.code(), payload);
      }
    }
  }

  @Test
  void shouldCarryFramesSplitAnywhere() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      int frames = 0;
      for (int split = 0; split <= 4 + 48 + 4 + 20 + 16; split++) {
        pair.write(Opcode.WRITE, split, 20);
        byte[] sent = pair.sent();
        pair.arrive(sent, 0, split);
        assertEquals(split == sent.length ? frames + 1 : frames, pair.receiver.heard.size());
        pair.arrive(sent, split, sent.length);
        assertHeard(pair.receiver.heard.get(frames++), split, 20);
      }
      pair.write(Opcode.WRITE, 7, LARGE);
      pair.write(Opcode.READ, 8, 0);
      byte[] sent = pair.sent();
      for (int at = 0; at < sent.length; at += 1009) {
        pair.arrive(sent, at, Math.min(at + 1009, sent.length));
      }
      pair.await(frames + 2);
      assertHeard(pair.receiver.heard.get(frames), 7, LARGE);
      assertHeard(pair.receiver.heard.get(frames + 1), 8, 0);
    }
  }

  @Test
  void shouldSendARunOfSmallFramesAsOnePiece() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      for (int i = 0; i < 20; i++) {
        pair.write(Opcode.READ, i, i % 2 == 0 ? 0 : 500);
      }
      pair.writer.flush();
      ByteBuf piece = pair.out.readOutbound();
      assertEquals(20 * (4 + 48 + 16) + 10 * (4 + 500), piece.readableBytes());
      assertNull(pair.out.readOutbound());
      pair.in.writeInbound(piece);
      assertEquals(20, pair.receiver.heard.size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4096, 60_000, LARGE})
  void shouldCarryPayloadsThatMayBeOverwritten(int length) {
    try (SecuredPair pair = new SecuredPair(pool)) {
      pair.write(Opcode.READ, 1, 0);
      pair.writeOwned(2, length);
      pair.write(Opcode.WRITE, 3, length);
      byte[] sent = pair.sent();
      pair.arrive(sent, 0, sent.length);
      pair.await(3);
      assertHeard(pair.receiver.heard.get(1), 2, length);
      assertHeard(pair.receiver.heard.get(2), 3, length);
    }
  }

  @Test
  void shouldSealALargeOwnedPayloadIntoAnotherBufferIfThatIsFaster() {
    AeadCipher cipher = Ciphers.create("aes-256-gcm", CryptoProvider.CONSCRYPT);
    try (SecuredPair pair = new SecuredPair(pool, cipher)) {
      ByteBuf payload = pair.writeOwned(1, 60_000);
      assertEquals(0, payload.refCnt(), "the payload's buffer is not needed any more");
      pair.writer.flush();
      assertOneRecordArrives(pair, pair.out.readOutbound());
    }
  }

  @Test
  void shouldMakeTheRecordOfAnOwnedPayloadAroundItIfThatIsAsFast() {
    AeadCipher cipher = Ciphers.create("aes-256-gcm", CryptoProvider.JDK);
    try (SecuredPair pair = new SecuredPair(pool, cipher)) {
      ByteBuf payload = pair.writeOwned(1, 60_000);
      pair.writer.flush();
      ByteBuf record = pair.out.readOutbound();
      assertSame(payload, record);
      assertOneRecordArrives(pair, record);
    }
  }

  private static void assertOneRecordArrives(SecuredPair pair, ByteBuf record) {
    assertEquals(4 + 48 + 4 + 60_000 + 16, record.readableBytes());
    pair.in.writeInbound(record);
    assertHeard(pair.receiver.heard.get(0), 1, 60_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONSCRYPT", "JDK"})
  void shouldSendWhatIsSealedAtOnceBehindWhatThePoolSeals(CryptoProvider provider) {
    AeadCipher cipher = Ciphers.create("aes-256-gcm", provider);
    try (SecuredPair pair = new SecuredPair(pool, cipher)) {
      pair.writeOwned(1, LARGE);
      pair.writeOwned(2, 60_000);
      pair.writeOwned(3, 100);
      byte[] sent = pair.sent();
      pair.arrive(sent, 0, sent.length);
      pair.await(3);
      assertHeard(pair.receiver.heard.get(0), 1, LARGE);
      assertHeard(pair.receiver.heard.get(1), 2, 60_000);
      assertHeard(pair.receiver.heard.get(2), 3, 100);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 60_000, LARGE})
  void shouldLeaveAPayloadThatSomebodyHoldsAsItIs(int length) {
    byte[] bytes = SecuredPair.bytes(1, length);
    try (SecuredPair pair = new SecuredPair(pool)) {
      ByteBuf held = FrameWriter.payloadBuffer(pair.out.alloc(), length).writeBytes(bytes);
      byte[] sum = new byte[4];
      Checksums.create("crc32c").compute(held, sum);
      for (int id = 1; id <= 2; id++) {
        FrameHeader header = new FrameHeader().start(Opcode.WRITE, 0, id);
        pair.writer.writeKept(header, sum, held.retainedDuplicate());
        byte[] sent = pair.sent();
        assertArrayEquals(bytes, ByteBufUtil.getBytes(held));
        pair.arrive(sent, 0, sent.length);
        pair.await(id);
        assertTrue(pair.receiver.heard.get(id - 1).intact());
        assertArrayEquals(bytes, pair.receiver.heard.get(id - 1).payload());
      }
      assertTrue(held.release());
    }
  }

  /** There is no memory. */
  private static final class Exhausted extends AbstractByteBufAllocator {
    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("a test takes it all");
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      return newDirectBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  @Test
  void shouldOpenALargeRecordWhereItIsWhenThereIsNoMemory() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      pair.write(Opcode.WRITE, 1, 60_000);
      byte[] sent = pair.sent();
      ByteBuf arrived = new UnpooledDirectByteBuf(new Exhausted(), sent.length, sent.length);
      pair.in.writeInbound(arrived.writeBytes(sent));
      assertHeard(pair.receiver.heard.get(0), 1, 60_000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 20_000, LARGE})
  void shouldEndTheLinkAndLetGoOfThePayloadWhenThereIsNoMemoryToSeal(int length) {
    try (SecuredPair pair = new SecuredPair(pool)) {
      ByteBuf plain = pair.out.alloc().directBuffer().writeZero(length);
      ByteBuf owned = FrameWriter.payloadBuffer(pair.out.alloc(), length).writeZero(length);
      pair.out.config().setAllocator(new Exhausted());
      pair.writer.write(new FrameHeader().start(Opcode.WRITE, 0, 1), plain);
      pair.writer.writeOwned(new FrameHeader().start(Opcode.REPLY, 0, 2), owned);
      assertEquals(0, plain.refCnt());
      assertEquals(0, owned.refCnt());
      assertEquals(1, pair.sender.failures.size());
      assertEquals("a test takes it all", pair.sender.failures.get(0).getMessage());
      pair.writer.flush();
      assertNull(pair.out.readOutbound());
    }
  }

  @Test
  void shouldTellWhenEnoughForACallIsQueued() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      pair.write(Opcode.WRITE, 1, 100_000);
      assertFalse(pair.writer.isHeavy());
      pair.writeOwned(2, 100_000);
      assertTrue(pair.writer.isHeavy());
      pair.sent();
      assertFalse(pair.writer.isHeavy());
    }
  }

  @Test
  void shouldKeepTheOrderAndRenewKeysOverManyEpochs() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      List<Integer> lengths = new ArrayList<>();
      int heard = 0;
      for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 67; i++) {
          int length = i % 10 == 0 ? 300_000 + i : i * 13;
          pair.write(Opcode.WRITE, lengths.size(), length);
          lengths.add(length);
        }
        byte[] sent = pair.sent();
        pair.arrive(sent, 0, sent.length);
        pair.await(lengths.size());
        for (; heard < lengths.size(); heard++) {
          assertHeard(pair.receiver.heard.get(heard), heard, lengths.get(heard));
        }
      }
      assertTrue(heard > 3 * 1024);
    }
  }

  @Test
  void shouldHaveLeftOnlyWhenTheRecordsHave() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      pair.write(Opcode.WRITE, 1, LARGE);
      pair.write(Opcode.READ, 2, 0);
      pair.writer.flush();
      assertFalse(pair.writer.isDrained(), "nothing has come back to this loop yet");
      ChannelFuture mark = pair.writer.mark();
      assertFalse(mark.isDone());
      pair.settle();
      assertTrue(mark.isSuccess());
      assertTrue(pair.writer.isDrained());
      assertTrue(pair.writer.mark().isSuccess());
      byte[] sent = pair.sent();
      pair.arrive(sent, 0, sent.length);
      pair.await(2);
      assertHeard(pair.receiver.heard.get(0), 1, LARGE);
    }
  }

  @Test
  void shouldPushBackWhileTooMuchIsOnThePool() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      int written = 0;
      while (pair.writer.isWritable()) {
        pair.write(Opcode.WRITE, written++, 1 << 20);
      }
      assertTrue(written > 4 && written < 12, "MiB: " + written);
      pair.writer.flush();
      while (!pair.sender.writable.contains(true) && !Thread.interrupted()) {
        pair.runOut();
      }
      assertTrue(pair.writer.isWritable());
      byte[] sent = pair.sent();
      for (int at = 0; at < sent.length; at += 1 << 16) {
        while (!pair.in.config().isAutoRead() && !Thread.interrupted()) {
          pair.runIn();
        }
        pair.arrive(sent, at, Math.min(at + (1 << 16), sent.length));
      }
      pair.await(written);
      assertEquals(written, pair.receiver.heard.size());
    }
  }

  @Test
  void shouldNotReadWhileTheListenerIsPausedNorLoseAnything() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      for (int i = 0; i < 30; i++) {
        pair.write(Opcode.WRITE, i, i % 3 == 0 ? LARGE : 100);
      }
      byte[] sent = pair.sent();
      pair.receiver.onFrame = () -> pair.decoder.setPaused(true);
      pair.arrive(sent, 0, sent.length);
      for (int expected = 1; expected <= 30; expected++) {
        pair.await(expected);
        assertEquals(expected, pair.receiver.heard.size());
        assertFalse(pair.in.config().isAutoRead());
        pair.decoder.setPaused(false);
      }
      assertTrue(pair.receiver.readsComplete > 0);
      for (int i = 0; i < 30; i++) {
        assertHeard(pair.receiver.heard.get(i), i, i % 3 == 0 ? LARGE : 100);
      }
    }
  }

  @Test
  void shouldHearOneFrameAfterTheOtherWhenToldToGoOnInsideOfOne() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      for (int i = 0; i < 20; i++) {
        pair.write(Opcode.WRITE, i, i % 2 == 0 ? LARGE : 10);
      }
      byte[] sent = pair.sent();
      boolean[] inside = {false};
      pair.receiver.onFrame =
          () -> {
            assertFalse(inside[0]);
            inside[0] = true;
            pair.decoder.setPaused(true);
            pair.decoder.setPaused(false);
            inside[0] = false;
          };
      pair.arrive(sent, 0, sent.length);
      pair.await(20);
      for (int i = 0; i < 20; i++) {
        assertEquals(i, pair.receiver.heard.get(i).id());
      }
      assertEquals(List.of(), pair.receiver.failures);
    }
  }

  /** The leak detector looks at what is left. */
  @Test
  void shouldDeliverAndLeakNothingWhenALinkClosesWithRecordsOnThePool() {
    for (int round = 0; round < 20; round++) {
      SecuredPair pair = new SecuredPair(pool);
      for (int i = 0; i < 10; i++) {
        pair.write(Opcode.WRITE, i, LARGE);
        pair.write(Opcode.READ, i, 0);
      }
      byte[] sent = pair.sent();
      pair.arrive(sent, 0, sent.length);
      int heard = pair.receiver.heard.size();
      pair.write(Opcode.WRITE, 99, LARGE);
      pair.writer.flush();
      ChannelFuture mark = pair.writer.mark();
      pair.close();
      assertEquals(1, pair.receiver.closed);
      pair.runIn();
      assertEquals(heard, pair.receiver.heard.size());
      assertTrue(mark.isDone());
      pair.write(Opcode.READ, 100, 10); // is released
      assertEquals(List.of(), pair.receiver.malformed);
    }
  }

  @Test
  void shouldEndTheLinkAtAWellSealedFrameThatIsNone() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      pair.receiver.limit = 1000;
      pair.write(Opcode.WRITE, 1, 1000);
      pair.write(Opcode.WRITE, 2, 1001);
      byte[] sent = pair.sent();
      pair.arrive(sent, 0, sent.length);
      assertEquals(1, pair.receiver.heard.size());
      assertEquals(List.of("record length 1069 (expected: 64 to 1068)"), pair.receiver.malformed);
    }
  }

  @Test
  void shouldTellTheListenerWhenItsOwnFaultHasLostAFrame() {
    try (SecuredPair pair = new SecuredPair(pool)) {
      pair.receiver.onFrame =
          () -> {
            throw new IllegalStateException("a fault");
          };
      pair.writer.write(new FrameHeader().start(Opcode.PING, 0, 1), null);
      pair.writer.write(new FrameHeader().start(Opcode.PING, 0, 2), null);
      byte[] sent = pair.sent();
      pair.arrive(sent, 0, sent.length);
      assertEquals(1, pair.receiver.failures.size());
      assertFalse(pair.in.isOpen());
      assertEquals(1, pair.receiver.heard.size());
    }
  }
}
