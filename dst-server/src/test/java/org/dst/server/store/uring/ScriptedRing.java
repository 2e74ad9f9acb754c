package org.dst.server.store.uring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.dst.server.store.Ring;
import org.dst.server.syscall.DataCalls;

/** A ring whose calls are made, or end as the test wants it, one after the other. */
public final class ScriptedRing implements Ring {
  private record Told(String text, LongSupplier made, Call call) {}

  private final Queue<Told> underWay = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();

  /** What the ring was told since the last time. */
  List<String> told() {
    List<String> texts = List.copyOf(told);
    told.clear();
    return texts;
  }

  /** The oldest call ends with this result; nothing is done. */
  void endWith(long result) {
    underWay.remove().call.ended(result);
  }

  /** All calls are made. */
  public void endAll() {
    while (!underWay.isEmpty()) {
      Told oldest = underWay.remove();
      oldest.call.ended(oldest.made.getAsLong());
    }
  }

  private void take(String text, LongSupplier made, Call call) {
    told.add(text);
    underWay.add(new Told(text, made, call));
  }

  @Override
  public void read(int fd, long address, int length, long offset, Call call) {
    take(
        "read " + length + " at " + offset,
        () -> DataCalls.pread(fd, address, length, offset),
        call);
  }

  @Override
  public void write(int fd, long address, int length, long offset, int flags, Call call) {
    take(
        "write " + length + " at " + offset + (flags == DataCalls.RWF_DSYNC ? " durable" : ""),
        () -> DataCalls.pwrite(fd, address, length, offset, flags),
        call);
  }

  @Override
  public void fdatasync(int fd, Call call) {
    take("sync", () -> DataCalls.fdatasync(fd), call);
  }

  @Override
  public void fallocate(int fd, int mode, long offset, long length, Call call) {
    take(
        "fallocate " + mode + " " + length + " at " + offset,
        () -> DataCalls.fallocate(fd, mode, offset, length),
        call);
  }
}
