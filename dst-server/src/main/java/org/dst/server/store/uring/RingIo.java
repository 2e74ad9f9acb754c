package org.dst.server.store.uring;

import io.netty.buffer.ByteBuf;
import org.dst.server.store.Ring;
import org.dst.server.store.RingStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.descriptor.BufferIo;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.StoreDescriptor;
import org.dst.server.syscall.DataCalls;

/**
 * The I/O of {@link BufferIo} submitted to a {@link Ring} instead of blocking. Writes are split
 * into the same pieces, which are all in progress at once. Confined to the ring's event loop.
 */
public final class RingIo implements RingStore {
  private final RingTarget store;
  private final StoreDescriptor file;

  public RingIo(RingTarget store) {
    this.store = store;
    file = store.descriptor();
  }

  @Override
  public void read(Ring ring, long offset, ByteBuf target, int length, Outcome outcome)
      throws StoreException {
    store.checkRead(offset, length);
    target.ensureWritable(length);
    long address = store.io().addressForIo(target, target.writerIndex(), length);
    if (address == BufferIo.NOWHERE) {
      readByCopy(ring, offset, target, length, outcome);
      return;
    }
    Outcome append =
        failure -> {
          if (failure == null) {
            target.writerIndex(target.writerIndex() + length);
          }
          outcome.ended(reason(offset, length, failure));
        };
    read(ring, offset, address, length, new RingOperation(file, false, target.retain(), append));
  }

  private StoreException reason(long offset, int length, StoreException failure) {
    return failure == null ? null : store.afterRead(offset, length, failure);
  }

  private void readByCopy(Ring ring, long offset, ByteBuf target, int length, Outcome outcome)
      throws StoreException {
    ByteBuf copy = store.io().buffer(target, length);
    target.retain();
    Outcome append =
        failure -> {
          if (failure == null) {
            target.writeBytes(copy.writerIndex(copy.writerIndex() + length));
          }
          target.release();
          outcome.ended(reason(offset, length, failure));
        };
    long address = BufferIo.address(copy, copy.writerIndex(), length);
    RingOperation operation;
    try {
      operation = new RingOperation(file, false, copy, append);
    } catch (StoreException e) {
      target.release();
      throw e;
    }
    read(ring, offset, address, length, operation);
  }

  private static void read(
      Ring ring, long offset, long address, int length, RingOperation operation) {
    if (length > 0) {
      new RingTransfer(ring, operation, RingTransfer.READ, address, length, offset).start();
    }
    operation.ended(null);
  }

  @Override
  public boolean write(Ring ring, long offset, ByteBuf source, boolean durable, Outcome outcome)
      throws StoreException {
    int epoch = store.beginChange(offset, source.readableBytes());
    if (durable && !store.hasDurableWritesAtOnce()) {
      store.endChange(epoch);
      return false;
    }
    ByteBuf pinned;
    RingOperation operation;
    try {
      pinned = pin(source);
      operation = new RingOperation(file, durable, pinned, ending(epoch, outcome));
    } catch (StoreException | RuntimeException | Error e) {
      store.endChange(epoch);
      throw e;
    }
    start(ring, offset, pinned, durable, operation);
    return true;
  }

  /** Ends the change before its outcome is told. */
  private Outcome ending(int epoch, Outcome outcome) {
    return failure -> {
      store.endChange(epoch);
      outcome.ended(failure);
    };
  }

  /** The bytes where the file takes them from: a reference more to these, or a copy. */
  private ByteBuf pin(ByteBuf source) {
    int length = source.readableBytes();
    if (store.io().addressForIo(source, source.readerIndex(), length) != BufferIo.NOWHERE) {
      return source.retain();
    }
    return store.io().buffer(source, length).writeBytes(source, source.readerIndex(), length);
  }

  private void start(
      Ring ring, long offset, ByteBuf bytes, boolean durable, RingOperation operation) {
    int length = bytes.readableBytes();
    long address = BufferIo.address(bytes, bytes.readerIndex(), length);
    int flags = durable ? DataCalls.RWF_DSYNC : 0;
    int done = 0;
    while (done < length) {
      int rest = length - done;
      int now =
          store.io().inOneCall(durable)
              ? rest
              : Math.min(rest, BufferIo.untilBoundary(offset + done));
      new RingTransfer(ring, operation, flags, address + done, now, offset + done).start();
      done += now;
    }
    operation.ended(null);
  }

  @Override
  public void sync(Ring ring, Outcome outcome) throws StoreException {
    RingOperation operation = new RingOperation(file, false, null, outcome);
    ring.fdatasync(
        operation.fd(),
        result ->
            operation.ended(result < 0 ? ErrnoMapping.whole("sync", file.name(), result) : null));
  }

  @Override
  public boolean trim(Ring ring, long offset, long length, Outcome outcome) throws StoreException {
    return place(ring, "trim", store.trimMode(), offset, length, outcome);
  }

  @Override
  public boolean writeZeroes(Ring ring, long offset, long length, boolean noHole, Outcome outcome)
      throws StoreException {
    return place(ring, "zeroes", store.zeroMode(noHole), offset, length, outcome);
  }

  /** fallocate(2) of a range of whole blocks. */
  private boolean place(Ring ring, String what, int mode, long offset, long length, Outcome outcome)
      throws StoreException {
    int epoch = store.beginChange(offset, length);
    if (mode == RingTarget.NO_MODE || length == 0 || !store.isWhole(offset, length)) {
      store.endChange(epoch);
      return false;
    }
    RingOperation operation;
    try {
      operation = new RingOperation(file, false, null, ending(epoch, outcome));
    } catch (StoreException e) {
      store.endChange(epoch);
      throw e;
    }
    ring.fallocate(
        operation.fd(),
        mode | DataCalls.KEEP_SIZE,
        offset,
        length,
        result ->
            operation.ended(
                result < 0 ? ErrnoMapping.range(what, offset, length, file.name(), result) : null));
    return true;
  }
}
