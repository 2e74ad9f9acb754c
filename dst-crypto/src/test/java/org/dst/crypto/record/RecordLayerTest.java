package org.dst.crypto.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.pool.CryptoPool;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Watch.class)
@Timeout(60)
class RecordLayerTest {
  private static final int FRAMES = 2500;
  private static final int LARGE = 300_000;

  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final AeadCipher cipher = Ciphers.create("aes-256-gcm");
  private CryptoPool pool;

  @AfterEach
  void stop() throws Exception {
    if (pool != null) {
      pool.close();
    }
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  private <T> T onLoop(Callable<T> call) throws Exception {
    return loop.submit(call).get(20, TimeUnit.SECONDS);
  }

  private static int length(int number) {
    return number % 3 == 0 ? LARGE + number : 48 + number % 500;
  }

  /** Small and large frames in turns, over more than two epochs, through the pool and back. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void shouldKeepTheOrderOfFramesWhateverIsFinishedFirst(int threads) throws Exception {
    pool = new CryptoPool(threads);
    CountDownLatch all = new CountDownLatch(FRAMES);
    List<Integer> lengths = new ArrayList<>();
    onLoop(
        () -> {
          AeadRecordSealer sealer = new AeadRecordSealer(Records.SECRET, cipher, pool, loop);
          AeadRecordOpener opener = new AeadRecordOpener(Records.SECRET, cipher, pool, loop);
          sealer.start(
              record -> opener.open(record.skipBytes(4)), () -> {}, Throwable::printStackTrace);
          opener.start(
              frame -> {
                lengths.add(frame.readableBytes());
                frame.release();
                all.countDown();
              },
              () -> {},
              () -> lengths.add(-1));
          feed(sealer, opener, 0);
          return null;
        });
    assertTrue(all.await(40, TimeUnit.SECONDS), "frames missing: " + all.getCount());
    for (int i = 0; i < FRAMES; i++) {
      assertEquals(length(i), onLoop(lengths::size) > i ? lengths.get(i) : -2, "frame " + i);
    }
    assertEquals(threads > 0, pool.statistics().records() > 0);
    assertEquals(0, pool.statistics().depth());
  }

  /** Some frames at a time, so that the pool's queue is not what is tested. */
  private void feed(AeadRecordSealer sealer, AeadRecordOpener opener, int from) {
    int number = from;
    while (number < FRAMES && sealer.pendingBytes() + opener.pendingBytes() < 4 << 20) {
      if (length(number) >= LARGE) {
        Records.sealLater(sealer, new byte[length(number)]);
      } else {
        ByteBuf record = Records.room(new byte[length(number)]);
        sealer.sealNow(record, 0, length(number));
        Runnable pass = () -> opener.open(record.skipBytes(4));
        if (sealer.isIdle()) {
          pass.run();
        } else {
          sealer.later(pass, record::release);
        }
      }
      number++;
    }
    int next = number;
    if (next < FRAMES) {
      loop.execute(() -> feed(sealer, opener, next));
    }
  }

  @Test
  void shouldHoldBackWhatIsFinishedUntilItIsWanted() throws Exception {
    pool = new CryptoPool(2);
    CountDownLatch two = new CountDownLatch(2);
    AeadRecordOpener opener =
        onLoop(
            () -> {
              AeadRecordSealer sealer =
                  new AeadRecordSealer(Records.SECRET, cipher, new CryptoPool(0), loop);
              AeadRecordOpener made = new AeadRecordOpener(Records.SECRET, cipher, pool, loop);
              made.start(
                  frame -> {
                    frame.release();
                    two.countDown();
                  },
                  () -> {},
                  () -> {});
              made.hold(true);
              for (int length : new int[] {LARGE, 48}) {
                ByteBuf record = Records.room(new byte[length]);
                sealer.sealNow(record, 0, length);
                made.open(record.skipBytes(4));
              }
              return made;
            });
    assertEquals(2, onLoop(opener::pending));
    pool.close(); // everything that it has is done then
    assertEquals(2, onLoop(opener::pending));
    assertEquals(2, two.getCount());
    onLoop(
        () -> {
          opener.hold(false);
          return null;
        });
    assertTrue(two.await(5, TimeUnit.SECONDS));
    assertEquals(0L, onLoop(opener::pendingBytes));
  }

  /** The leak detector looks at what is left. */
  @Test
  void shouldReleaseWhatIsInThePoolWhenALinkIsClosed() throws Exception {
    pool = new CryptoPool(2);
    for (int round = 0; round < 50; round++) {
      int delay = round;
      List<ByteBuf> delivered =
          onLoop(
              () -> {
                List<ByteBuf> seen = new ArrayList<>();
                AeadRecordSealer sealer = new AeadRecordSealer(Records.SECRET, cipher, pool, loop);
                sealer.start(
                    record -> {
                      seen.add(record);
                      record.release();
                    },
                    () -> {},
                    failure -> {});
                for (int i = 0; i < 20; i++) {
                  Records.sealLater(sealer, new byte[LARGE]);
                  ByteBuf behind = Records.room(new byte[48]);
                  sealer.sealNow(behind, 0, 48);
                  sealer.later(behind::release, behind::release);
                }
                for (int i = 0; i < delay * 100; i++) {
                  Thread.onSpinWait();
                }
                sealer.close();
                assertTrue(sealer.isIdle());
                return seen;
              });
      int before = delivered.size();
      assertEquals(before, onLoop(delivered::size), "nothing comes out of a closed link");
    }
    pool.close();
    assertEquals(0, pool.statistics().depth());
    assertEquals(0, pool.statistics().depthBytes());
  }

  @Test
  void shouldDeliverNothingFromAForgeryOn() {
    for (int length : new int[] {48, LARGE}) {
      pool = new CryptoPool(0);
      AeadRecordSealer sealer = new AeadRecordSealer(Records.SECRET, cipher, pool, Runnable::run);
      AeadRecordOpener opener = new AeadRecordOpener(Records.SECRET, cipher, pool, Runnable::run);
      Records.Receiver receiver = new Records.Receiver(opener);
      for (int i = 0; i < 5; i++) {
        ByteBuf record = Records.room(Records.frame(i, length));
        sealer.sealNow(record, 0, length);
        if (i == 2) {
          record.setByte(30, record.getByte(30) ^ 1);
        }
        opener.open(record.skipBytes(4));
      }
      assertEquals(2, receiver.frames.size());
      assertEquals(1, receiver.forged);
      assertArrayEquals(Records.frame(1, length), receiver.frames.get(1));
    }
  }

  @Test
  void shouldWipeAnEpochsKeyOnceNobodyNeedsIt() {
    KeySchedule schedule = new KeySchedule(Records.SECRET, cipher);
    EpochKeys first = schedule.at(0);
    first.retain();
    EpochKeys second = schedule.at(KeySchedule.EPOCH_FRAMES);
    assertFalse(first.key().isDestroyed(), "a crypto thread has it");
    assertFalse(Arrays.equals(first.key().getEncoded(), second.key().getEncoded()));
    first.release();
    assertTrue(first.key().isDestroyed());
    schedule.close();
    assertTrue(second.key().isDestroyed());
  }

  @Test
  void shouldSealTheSameFrameDifferentlyUnderEveryNumber() {
    pool = new CryptoPool(0);
    AeadRecordSealer sealer = new AeadRecordSealer(Records.SECRET, cipher, pool, Runnable::run);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 2100; i++) {
      ByteBuf record = Records.room(new byte[48]);
      sealer.sealNow(record, 0, 48);
      seen.add(ByteBufUtil.hexDump(record));
      record.release();
    }
    assertEquals(seen.size(), seen.stream().distinct().count());
  }
}
