package org.dst.protocol.count;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * One number for each constant of an enum that names and documents the events. Thread-safe; sums
 * may be a moment old.
 *
 * @param <E> the events
 */
public final class Counters<E extends Enum<E>> {
  private final E[] events;
  private final LongAdder[] values;

  /** All zero. */
  public Counters(Class<E> type) {
    events = type.getEnumConstants();
    values = new LongAdder[events.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = new LongAdder();
    }
  }

  /** The event happened once. */
  public void count(E event) {
    values[event.ordinal()].increment();
  }

  /** The event happened, or something was measured, so many times. */
  public void add(E event, long amount) {
    values[event.ordinal()].add(amount);
  }

  /** How often the event has happened. */
  public long get(E event) {
    return values[event.ordinal()].sum();
  }

  /** All of them by their stable names: RESENDS is "resends". */
  public Map<String, Long> snapshot() {
    Map<String, Long> snapshot = new TreeMap<>();
    for (E event : events) {
      snapshot.put(event.name().toLowerCase(Locale.ROOT), get(event));
    }
    return snapshot;
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
