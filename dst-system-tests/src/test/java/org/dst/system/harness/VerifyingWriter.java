package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * An NBD client that keeps 32 requests in flight on one connection, mostly writes of unique
 * contents, and checks whatever it reads against the {@link BlockModel}. An I/O error fails the
 * test. Its thread runs from construction to {@link #finish} or {@link #abandon}; requests in
 * flight at the same time never overlap.
 */
public final class VerifyingWriter implements AutoCloseable {
  private static final int DEPTH = 32;
  private static final int MOST_BLOCKS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What part of the requests is what, in percent; the rest are plain writes. */
  private static final int READS = 20;

  private static final int FUA_WRITES = 5;
  private static final int FLUSHES = 2;
  private static final int ZEROES = 3;

  private final BlockModel model;
  private final Random random;
  private final RawNbd nbd;
  private final Mix mix;
  private final Request[] inFlight = new Request[DEPTH];
  private final Thread thread;
  private final Object progress = new Object();
  private long acknowledged;
  private long lastNanos = System.nanoTime();
  private long longestNanos;
  private boolean ending;
  private Throwable failure;

  /** Which requests a writer sends. */
  public enum Mix {
    /** Everything: reads, writes, FUA, zeroes, flushes. */
    ALL,
    /** Writes only, so that nothing ever becomes durable by itself. */
    PLAIN_WRITES
  }

  private record Request(int command, int block, int count, long version) {}

  /**
   * Starts on an NBD socket whose first blocks are the model's, after it has compared them all:
   * what a predecessor left in doubt is certain then.
   */
  public VerifyingWriter(Path socket, BlockModel model, long seed, Mix mix) throws EOFException {
    this.model = model;
    this.mix = mix;
    random = new Random(seed);
    nbd = RawNbd.transmitting(socket, PATIENCE);
    verify();
    thread = Thread.ofPlatform().daemon().name("writer").start(this::run);
  }

  private void run() {
    try {
      for (int slot = 0; slot < DEPTH; slot++) {
        issue(slot);
      }
      int left = DEPTH;
      while (left > 0) {
        int slot = receive();
        if (isEnding()) {
          left--;
        } else {
          issue(slot);
        }
      }
    } catch (Throwable cause) {
      synchronized (progress) {
        failure = cause;
        ending = true;
        progress.notifyAll();
      }
    }
  }

  private boolean isEnding() {
    synchronized (progress) {
      return ending;
    }
  }

  private void issue(int slot) {
    Request request = choose();
    inFlight[slot] = request;
    long offset = (long) request.block * BlockModel.BLOCK;
    int length = request.count * BlockModel.BLOCK;
    boolean durable = mix == Mix.ALL && random.nextInt(100) < FUA_WRITES;
    boolean change = request.command != RawNbd.READ && request.command != RawNbd.FLUSH;
    if (request.command != RawNbd.FLUSH) {
      // a read is in the model's books too, so that no write meets it
      model.issued(request.block, request.count, request.version);
    }
    nbd.request(durable && change ? RawNbd.FUA : 0, request.command, slot, offset, length);
    if (request.command == RawNbd.WRITE) {
      nbd.payload(BlockModel.contents(request.block, request.count, request.version));
    }
  }

  private Request choose() {
    int kind = random.nextInt(100);
    if (mix == Mix.ALL && kind < FLUSHES) {
      return new Request(RawNbd.FLUSH, 0, 0, 0);
    }
    int count = 1 + random.nextInt(MOST_BLOCKS);
    int block = random.nextInt(model.blocks() - count);
    while (!model.isFree(block, count)) {
      block = random.nextInt(model.blocks() - count);
    }
    if (mix == Mix.ALL && kind < FLUSHES + ZEROES) {
      return new Request(RawNbd.WRITE_ZEROES, block, count, 0);
    }
    if (mix == Mix.ALL && kind < FLUSHES + ZEROES + READS) {
      return new Request(RawNbd.READ, block, count, BlockModel.UNCHANGED);
    }
    return new Request(RawNbd.WRITE, block, count, model.newVersion());
  }

  private int receive() throws EOFException {
    RawNbd.Reply reply = nbd.reply();
    int slot = (int) reply.cookie();
    Request request = inFlight[slot];
    assertEquals(0, reply.error(), () -> "errno of " + request);
    if (request.command == RawNbd.READ) {
      int length = request.count * BlockModel.BLOCK;
      model.check(request.block, nbd.socket().receive(length).array());
    } else if (request.command != RawNbd.FLUSH) {
      model.acknowledged(request.block, request.count, request.version);
    }
    synchronized (progress) {
      acknowledged++;
      long now = System.nanoTime();
      longestNanos = Math.max(longestNanos, now - lastNanos);
      lastNanos = now;
      progress.notifyAll();
    }
    return slot;
  }

  /** Waits until {@code count} more requests have been acknowledged. */
  public void awaitProgress(int count) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    synchronized (progress) {
      long goal = acknowledged + count;
      while (acknowledged < goal && failure == null && !ending) {
        await(end, "%d of %d acknowledged".formatted(count - (goal - acknowledged), count));
      }
    }
    requireNoFailure();
  }

  /** The longest time without an acknowledgement since the last call of this, in milliseconds. */
  public long takeLongestPause() {
    synchronized (progress) {
      long millis = longestNanos / 1_000_000;
      longestNanos = 0;
      return millis;
    }
  }

  /** How many requests have been acknowledged. */
  public long acknowledged() {
    synchronized (progress) {
      return acknowledged;
    }
  }

  private void await(long end, String what) {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new AssertionError("too slow: " + what);
    }
    try {
      progress.wait(left);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
  }

  private void requireNoFailure() {
    synchronized (progress) {
      if (failure != null) {
        throw new AssertionError("the writer failed: " + failure.getMessage(), failure);
      }
    }
  }

  /** Lets what is in flight end; all of it must succeed. */
  public void finish() {
    synchronized (progress) {
      ending = true;
    }
    join();
    requireNoFailure();
  }

  /** Flushes, reads everything back and compares, after {@link #finish}. */
  public void flushAndVerify() throws EOFException {
    nbd.request(0, RawNbd.FLUSH, DEPTH, 0, 0);
    assertEquals(0, nbd.reply(DEPTH), "errno of the last flush");
    verify();
  }

  /** Reads everything back and compares. */
  private void verify() throws EOFException {
    for (int block = 0; block < model.blocks(); block += MOST_BLOCKS) {
      int count = Math.min(MOST_BLOCKS, model.blocks() - block);
      int length = count * BlockModel.BLOCK;
      model.check(block, nbd.read((long) block * BlockModel.BLOCK, length));
    }
  }

  /** Ends without the answers that are missing, because the other side has died. */
  public void abandon() {
    nbd.close();
    join();
    if (failure instanceof AssertionError wrong) {
      throw wrong;
    }
  }

  private void join() {
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
    if (thread.isAlive()) {
      throw new AssertionError("the writer's requests are not answered");
    }
  }

  @Override
  public void close() {
    nbd.close();
  }
}
