package org.dst.crypto.record;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.pool.CryptoPool;
import org.dst.crypto.pool.CryptoTask;
import org.dst.crypto.pool.OrderedTasks;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys of a link that is closed while work with them is under way. */
@ExtendWith(Watch.class)
@Timeout(60)
class WipedKeysTest {
  private static final int LENGTH = 4096;

  private final AeadCipher cipher = Ciphers.create("aes-256-gcm");
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CryptoPool pool = new CryptoPool(1);
  private final OrderedTasks sequence = new OrderedTasks(pool, loop::add, () -> {});
  private final KeySchedule schedule = new KeySchedule(Records.SECRET, cipher);
  private final EpochKeys retired = schedule.at(0);

  @AfterEach
  void stop() {
    gate.countDown();
    pool.close();
  }

  /** Keeps the only crypto thread busy, ahead of everything else. */
  private final class Gate extends CryptoTask {
    Gate() {
      super(0);
    }

    @Override
    protected void run() {
      try {
        gate.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    protected void finished(Throwable failure) {}

    @Override
    protected void dropped() {}
  }

  private static ByteBuf buffer(int length) {
    return ByteBufAllocator.DEFAULT.directBuffer(length).writeZero(length);
  }

  private CryptoTask sealing(EpochKeys keys, long number) {
    ByteBuf record = buffer(LENGTH + 20);
    return new SealTask(
        cipher, keys, number, new byte[4], buffer(LENGTH), record, ByteBuf::release, failure -> {});
  }

  private CryptoTask opening(EpochKeys keys, long number) {
    ByteBuf body = buffer(LENGTH);
    return new OpenTask(null, cipher, keys, number, body, body);
  }

  private void close() {
    sequence.close();
    schedule.close();
  }

  @Test
  void shouldWipeKeysWhenTheWorkThatWasDroppedIsDoneWithThem() {
    sequence.submit(new Gate());
    sequence.submit(sealing(retired, 0));
    sequence.submit(opening(retired, 1));
    EpochKeys current = schedule.at(KeySchedule.EPOCH_FRAMES);
    sequence.submit(sealing(current, KeySchedule.EPOCH_FRAMES));
    close();
    assertFalse(retired.key().isDestroyed(), "a crypto thread may use it");
    assertFalse(current.key().isDestroyed(), "a crypto thread may use it");
    gate.countDown();
    pool.close();
    assertTrue(retired.key().isDestroyed());
    assertTrue(current.key().isDestroyed());
  }

  @Test
  void shouldWipeKeysOfWorkThatWasDoneAndNeverTakenOver() {
    sequence.submit(sealing(retired, 0));
    sequence.submit(opening(retired, 1));
    EpochKeys current = schedule.at(KeySchedule.EPOCH_FRAMES);
    gate.countDown();
    pool.close();
    assertFalse(retired.key().isDestroyed(), "its work is not taken over");
    close();
    assertTrue(retired.key().isDestroyed());
    assertTrue(current.key().isDestroyed());
  }

  @Test
  void shouldWipeRetiredKeysOnceTheirWorkIsFinished() {
    sequence.submit(sealing(retired, 0));
    schedule.at(KeySchedule.EPOCH_FRAMES);
    pool.close();
    assertFalse(retired.key().isDestroyed());
    loop.forEach(Runnable::run);
    assertTrue(retired.key().isDestroyed());
    close();
  }
}
