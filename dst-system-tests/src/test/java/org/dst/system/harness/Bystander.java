package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A well-behaved NBD client that keeps writing and reading back on its own connection while others
 * misbehave. Its thread runs from construction to {@link #close}.
 */
public final class Bystander implements AutoCloseable {
  private static final int ROUND_SECONDS = 20;
  private static final long REGION = 1 << 20;
  private static final int PIECE = 4096;

  private final Path socket;
  private final Thread thread;
  private final Semaphore rounds = new Semaphore(0);
  private volatile boolean ended;
  private volatile Throwable failure;

  /** Starts on an NBD socket whose disk is its own in the first MiB. */
  public Bystander(Path socket) {
    this.socket = socket;
    thread = Thread.ofPlatform().daemon().name("bystander").start(this::run);
    assertUndisturbed();
  }

  private void run() {
    Random random = new Random(1);
    byte[] data = new byte[PIECE];
    try (RawNbd nbd = RawNbd.transmitting(socket)) {
      while (!ended) {
        random.nextBytes(data);
        long offset = random.nextLong(REGION / PIECE) * PIECE;
        nbd.write(offset, data);
        assertArrayEquals(data, nbd.read(offset, PIECE), "read back");
        rounds.release();
      }
    } catch (Throwable cause) {
      failure = cause;
      rounds.release(2);
    }
  }

  /** Requires that a whole round succeeds from now on, and that none has failed before. */
  public void assertUndisturbed() {
    rounds.drainPermits();
    try {
      boolean passed = rounds.tryAcquire(2, ROUND_SECONDS, TimeUnit.SECONDS);
      if (failure != null) {
        throw new AssertionError("a bystander was disturbed", failure);
      }
      assertTrue(passed, "a bystander's requests stall");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(ROUND_SECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new AssertionError("a bystander was disturbed", failure);
    }
  }
}
