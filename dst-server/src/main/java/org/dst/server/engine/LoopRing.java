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
 * File operations on the io_uring that an event loop uses for its sockets. All operations of one
 * turn of the loop are submitted together when it polls for events, and complete like any other
 * event. Confined to its event loop.
 *
 * <p>The number in flight is limited so that the completion queue cannot overflow; further ones
 * wait here, in order. The layouts of the submission entries are those of io_uring_enter(2).
 */
final class LoopRing implements Ring, IoUringIoHandle {
  /** The maximum number of operations in flight. */
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

  /** The parameters of an operation, kept so that it can be submitted again. */
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
   * Registers with the ring of an event loop. On that loop.
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
    // A cached read runs during submission. A long one would keep the event loop from its links.
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
    // fallocate has the length in the address field and the mode in the length field.
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
    } catch (
        RuntimeException refused) { // the kernel accepts no more, and none of ours is in flight
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
      submit(call.async()); // on a kernel thread, which may block
    } else {
      call.call().ended(result);
    }
    while (free > 0 && !waiting.isEmpty()) {
      submit(waiting.remove());
    }
  }

  /** Unregisters from the ring. Nothing may be in flight. Any thread. */
  void leave() {
    try {
      registration.cancel();
    } catch (RejectedExecutionException e) {
      // the event loop has shut down and unregistered from the ring itself
    }
  }

  /** The event loop is shutting down; it waits for the operations in flight. */
  @Override
  public void close() {
    registration.cancel();
  }
}
