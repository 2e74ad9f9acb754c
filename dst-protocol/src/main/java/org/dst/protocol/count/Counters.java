package org.dst.protocol.count;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A set of event counters, one per constant of an enum that names and documents the events.
 * Thread-safe.
 *
 * @param <E> the events
 */
public final class Counters<E extends Enum<E>> {
  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

  private final E[] events;
  private final long[] values;

  /** Counters for all constants of {@code type}, all zero. */
  public Counters(Class<E> type) {
    events = type.getEnumConstants();
    values = new long[events.length];
  }

  /** Counts one event. */
  public void count(E event) {
    add(event, 1);
  }

  /** Adds {@code amount} to a counter. */
  public void add(E event, long amount) {
    VALUES.getAndAdd(values, event.ordinal(), amount);
  }

  /** The current value of a counter. */
  public long get(E event) {
    return (long) VALUES.getVolatile(values, event.ordinal());
  }

  /** All values by stable name: RESENDS is "resends". */
  public Map<String, Long> snapshot() {
    Map<String, Long> snapshot = new TreeMap<>();
    for (E event : events) {
      snapshot.put(event.name().toLowerCase(Locale.ROOT), get(event));
    }
    return snapshot;
  }

  /** The non-zero values for a log line: "reconnects 2, resends 31"; empty if all are zero. */
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
