package org.dst.server.engine;

import java.util.concurrent.TimeUnit;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;

/**
 * Decides which writes are made on the event loop: handing a short write to a worker and back costs
 * more than copying it into the page cache. Such a write can still stall, when the kernel throttles
 * dirtying or the journal is busy, and nothing announces it (ext4 refuses RWF_NOWAIT for buffered
 * writes). So after a slow write all writes go to the workers for a while, and each slow one in a
 * row doubles that time. One per store; thread-safe, and accurate enough without locks.
 */
final class InlineWrites {
  /** The longest write that is made on the loop, in bytes: 2 to 10 µs of work. */
  static final int LONGEST = 16 << 10;

  /** A write of a partial page may have to read the page first. */
  private static final int PAGE = 4096;

  /** A write that takes longer has blocked on something. */
  private static final long SLOW_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Number of fast writes after which the pause starts from its minimum again. */
  private static final int GOOD_AGAIN = 1000;

  private volatile boolean paused;
  private volatile long untilNanos;
  private volatile long pauseNanos = FIRST_PAUSE_NANOS;
  private volatile int good;

  /** Whether a request may be carried out on the event loop. */
  boolean allow(IoRequest request, long nowNanos) {
    return request.opcode() == Opcode.WRITE
        && request.count() <= LONGEST
        && ((request.offset() | request.count()) & PAGE - 1) == 0
        && !RequestFlags.durable(request.flags())
        && (request.flags() & RequestFlags.SYNC) == 0
        && request.store().store().cachesWrites()
        && isOn(nowNanos);
  }

  private boolean isOn(long nowNanos) {
    if (paused && nowNanos - untilNanos >= 0) {
      paused = false;
    }
    return !paused;
  }

  /** Records how long a write on the event loop took. */
  void took(long nanos, long nowNanos) {
    if (nanos <= SLOW_NANOS) {
      if (pauseNanos != FIRST_PAUSE_NANOS && good++ >= GOOD_AGAIN) {
        pauseNanos = FIRST_PAUSE_NANOS;
      }
      return;
    }
    good = 0;
    untilNanos = nowNanos + pauseNanos;
    paused = true;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }
}
