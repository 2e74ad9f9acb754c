package org.dst.system.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;

/** Injects no faults but those that a script asks for; every step takes a fixed time. */
final class ScriptedFaults extends SimFaults {
  static final long LATENCY = TimeUnit.MICROSECONDS.toNanos(100);
  static final long STORAGE = TimeUnit.MICROSECONDS.toNanos(50);

  private final Map<Opcode, Deque<Long>> delays = new EnumMap<>(Opcode.class);
  private Predicate<FrameHeader> lost = frame -> false;

  ScriptedFaults(Timeline time) {
    super(time);
    end();
  }

  /** The next calls of the storage for requests of that kind take so long, one after the other. */
  void stall(Opcode opcode, long... nanos) {
    for (long each : nanos) {
      delays.computeIfAbsent(opcode, any -> new ArrayDeque<>()).add(each);
    }
  }

  /** Frames that get lost, in either direction, until the next call. */
  void lose(Predicate<FrameHeader> frames) {
    lost = frames;
  }

  @Override
  boolean drops(byte[] frame) {
    try {
      FrameHeader header = new FrameHeader(java.util.Arrays.copyOf(frame, FrameHeader.LENGTH));
      header.check();
      return lost.test(header);
    } catch (MalformedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  long latency() {
    return LATENCY;
  }

  @Override
  long storageDelay(Opcode opcode) {
    Deque<Long> planned = delays.get(opcode);
    return planned == null || planned.isEmpty() ? STORAGE : planned.remove();
  }

  @Override
  long handOver() {
    return TimeUnit.MICROSECONDS.toNanos(10);
  }
}
