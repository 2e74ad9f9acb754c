package org.dst.protocol.count;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One number for each constant of an enum that names and documents the events. Thread-safe.
 *
 * @param <E> the events
 */
public final class Counters<E extends Enum<E>> {
  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

  private final E[] events;
  private final long[] values;

  /** All zero. */
  public Counters(Class<E> type) {
    events = type.getEnumConstants();
    values = new long[events.length];
  }

  /** The event happened once. */
  public void count(E event) {
    add(event, 1);
  }

  /** The event happened, or something was measured, so many times. */
  public void add(E event, long amount) {
    VALUES.getAndAdd(values, event.ordinal(), amount);
  }

  /** How often the event has happened. */
  public long get(E event) {
    return (long) VALUES.getVolatile(values, event.ordinal());
  }

  /** All of them by their stable names: RESENDS is "resends". */
  public Map<String, Long> snapshot() {
    Map<String, Long> snapshot = new TreeMap<>();
    for (E event : events) {
      snapshot.put(event.name().toLowerCase(Locale.ROOT), get(event));
    }
    return snapshot;
  }

  /** Those that are not zero, for a line of a log: "reconnects 2, resends 31"; empty if all are. */
  public String summary() {
    return snapshot().entrySet().stream()
        .filter(counted -> counted.getValue() != 0)
        .map(counted -> counted.getKey() + " " + counted.getValue())
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
