package org.dst.system.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.UUID;

/** Simulated time: runs scheduled tasks in an order that the seed alone determines. */
public final class Timeline {
  private static final int REMEMBERED = 4000;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private final Deque<String> trace = new ArrayDeque<>();
  private long now;
  private long sequence;
  private long steps;

  private record Event(long at, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  Timeline(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Nanoseconds since the start of the run. */
  public long now() {
    return now;
  }

  /** The only source of chance. */
  public SplittableRandom random() {
    return random;
  }

  /** Whether something happens that does so once in {@code often} times. */
  public boolean chance(int often) {
    return random.nextInt(often) == 0;
  }

  /** A number of nanoseconds up to {@code most} microseconds. */
  public long micros(long most) {
    return random.nextLong(most * 1000 + 1);
  }

  /** A UUID that the seed decides. */
  public UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  /** Does something later. */
  public void after(long nanos, Runnable action) {
    events.add(new Event(now + Math.max(nanos, 0), sequence++, action));
  }

  /** Lets the next thing happen; false if there is none. */
  boolean step() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    now = next.at;
    steps++;
    next.action.run();
    return true;
  }

  /** Things that happened. */
  long steps() {
    return steps;
  }

  /** Notes something for the report of a failing seed. */
  public void note(String format, Object... arguments) {
    if (trace.size() == REMEMBERED) {
      trace.removeFirst();
    }
    trace.addLast("%12.6f  %s".formatted(now / 1e9, format.formatted(arguments)));
  }

  /** The last things that were noted. */
  Deque<String> trace() {
    return trace;
  }
}
