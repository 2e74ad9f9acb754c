package org.dst.server.engine;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.dst.platform.syscall.Errno;
import org.dst.server.store.Ring;

/**
 * File calls on the io_uring by which an event loop serves its sockets. The loop tells the kernel
 * of all calls of a turn at once, when it looks for events, and hears of their ends as of any other
 * event. Confined to its event loop.
 *
 * <p>So many calls are under way that the kernel's queue of completions does not overflow; others
 * wait here, in order. The layouts of submissions are those of io_uring_enter(2).
 */
final class LoopRing implements Ring, IoUringIoHandle {
  /** Calls that the kernel has at once. */
  static final int SLOTS = 1024;

  private static final byte OP_FSYNC = 3;
  private static final byte OP_FALLOCATE = 17;
  private static final byte OP_READ = 22;
  private static final byte OP_WRITE = 23;
  private static final int FSYNC_DATASYNC = 1;
  private static final byte IOSQE_ASYNC = 1 << 4;

  private final SubmittedCall[] underWay = new SubmittedCall[SLOTS];
  private final short[] freeSlots = new short[SLOTS];
  private int free = SLOTS;
  private final Queue<SubmittedCall> waiting = new ArrayDeque<>();
  private IoRegistration registration;

  private LoopRing() {
    for (short slot = 0; slot < SLOTS; slot++) {
      freeSlots[slot] = slot;
    }
  }

  /** What the kernel is told of a call, so that it can be told again. */
  private record SubmittedCall(
      byte opcode, byte flags, int fd, long offset, long address, int length, int rw, Call call) {
    SubmittedCall async() {
      return new SubmittedCall(opcode, IOSQE_ASYNC, fd, offset, address, length, rw, call);
    }

    IoUringIoOps toSlot(short slot) {
      return new IoUringIoOps(
          opcode,
          flags,
          (short) 0,
          fd,
          offset,
          address,
          length,
          rw,
          (long) slot,
          (short) 0,
          (short) 0,
          0,
          0);
    }
  }

  /**
   * A part in the ring of a loop. On that loop.
   *
   * @return null if the loop has no io_uring
   */
  static LoopRing on(EventExecutor executor) {
    if (!(executor instanceof IoEventLoop loop) || !loop.isCompatible(LoopRing.class)) {
      return null;
    }
    LoopRing ring = new LoopRing();
    Future<IoRegistration> registered = loop.register(ring);
    if (!registered.isSuccess()) {
      return null; // the loop is shut down
    }
    ring.registration = registered.getNow();
    return ring;
  }

  @Override
  public void read(int fd, long address, int length, long offset, Call call) {
    // A cached read is made while it is submitted. A long one would keep the loop from its links.
    byte flags = length > AbstractIoEngine.LONGEST_INLINE_READ ? IOSQE_ASYNC : 0;
    submit(new SubmittedCall(OP_READ, flags, fd, offset, address, length, 0, call));
  }

  @Override
  public void write(int fd, long address, int length, long offset, int flags, Call call) {
    submit(new SubmittedCall(OP_WRITE, (byte) 0, fd, offset, address, length, flags, call));
  }

  @Override
  public void fdatasync(int fd, Call call) {
    submit(new SubmittedCall(OP_FSYNC, (byte) 0, fd, 0, 0, 0, FSYNC_DATASYNC, call));
  }

  @Override
  public void fallocate(int fd, int mode, long offset, long length, Call call) {
    // The length is where other calls have the address, the mode where they have the length.
    submit(new SubmittedCall(OP_FALLOCATE, (byte) 0, fd, offset, length, mode, 0, call));
  }

  private void submit(SubmittedCall call) {
    if (free == 0) {
      waiting.add(call);
      return;
    }
    free--;
    short slot = freeSlots[free];
    underWay[slot] = call;
    try {
      registration.submit(call.toSlot(slot));
    } catch (RuntimeException refused) { // the kernel takes no more and has none of ours to end
      giveBack(slot);
      call.call().ended(-Errno.EBUSY);
    }
  }

  private SubmittedCall giveBack(short slot) {
    SubmittedCall call = underWay[slot];
    underWay[slot] = null;
    freeSlots[free] = slot;
    free++;
    return call;
  }

  @Override
  public void handle(IoRegistration source, IoEvent event) {
    IoUringIoEvent completion = (IoUringIoEvent) event;
    int result = completion.res();
    SubmittedCall call = giveBack((short) completion.userData());
    if (result == -Errno.EINTR) {
      submit(call);
    } else if (result == -Errno.EAGAIN && call.flags() != IOSQE_ASYNC) {
      submit(call.async()); // by a thread of the kernel, which can wait
    } else {
      call.call().ended(result);
    }
    while (free > 0 && !waiting.isEmpty()) {
      submit(waiting.remove());
    }
  }

  /** Leaves the ring; nothing is under way. Any thread. */
  void leave() {
    try {
      registration.cancel();
    } catch (RejectedExecutionException e) {
      // the loop is shut down and has left the ring itself
    }
  }

  /** The loop is shut down; it waits for what the kernel still has. */
  @Override
  public void close() {
    registration.cancel();
  }
}
