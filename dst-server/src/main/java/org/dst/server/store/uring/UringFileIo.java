package org.dst.server.store.uring;

import io.netty.buffer.ByteBuf;
import org.dst.server.store.StoreException;
import org.dst.server.store.Uring;
import org.dst.server.store.UringStore;
import org.dst.server.store.descriptor.BlockingFileIo;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.GuardedFile;
import org.dst.server.syscall.DataCalls;

/**
 * The I/O of {@link BlockingFileIo} submitted to a {@link Uring} instead of blocking. Writes are
 * split into the same pieces, which are all in progress at once. Confined to the ring's event loop.
 */
public final class UringFileIo implements UringStore {
  private final UringTarget store;
  private final GuardedFile file;

  public UringFileIo(UringTarget store) {
    this.store = store;
    file = store.descriptor();
  }

  @Override
  public void read(Uring ring, long offset, ByteBuf target, int length, Outcome outcome)
      throws StoreException {
    store.checkRead(offset, length);
    target.ensureWritable(length);
    long address = store.io().addressForIo(target, target.writerIndex(), length);
    if (address == BlockingFileIo.NOWHERE) {
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
    read(ring, offset, address, length, new UringOperation(file, false, target.retain(), append));
  }

  private StoreException reason(long offset, int length, StoreException failure) {
    return failure == null ? null : store.afterRead(offset, length, failure);
  }

  private void readByCopy(Uring ring, long offset, ByteBuf target, int length, Outcome outcome)
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
    long address = BlockingFileIo.address(copy, copy.writerIndex(), length);
    UringOperation operation;
    try {
      operation = new UringOperation(file, false, copy, append);
    } catch (StoreException e) {
      target.release();
      throw e;
    }
    read(ring, offset, address, length, operation);
  }

  private static void read(
      Uring ring, long offset, long address, int length, UringOperation operation) {
    if (length > 0) {
      new UringTransfer(ring, operation, UringTransfer.READ, address, length, offset).start();
    }
    operation.ended(null);
  }

  @Override
  public boolean write(Uring ring, long offset, ByteBuf source, boolean durable, Outcome outcome)
      throws StoreException {
    int epoch = store.beginChange(offset, source.readableBytes());
    if (durable && !store.hasDurableWritesAtOnce()) {
      store.endChange(epoch);
      return false;
    }
    ByteBuf pinned;
    UringOperation operation;
    try {
      pinned = pin(source);
      operation = new UringOperation(file, durable, pinned, ending(epoch, outcome));
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
    if (store.io().addressForIo(source, source.readerIndex(), length) != BlockingFileIo.NOWHERE) {
      return source.retain();
    }
    return store.io().buffer(source, length).writeBytes(source, source.readerIndex(), length);
  }

  private void start(
      Uring ring, long offset, ByteBuf bytes, boolean durable, UringOperation operation) {
    int length = bytes.readableBytes();
    long address = BlockingFileIo.address(bytes, bytes.readerIndex(), length);
    int flags = durable ? DataCalls.RWF_DSYNC : 0;
    int done = 0;
    while (done < length) {
      int rest = length - done;
      int now =
          store.io().inOneCall(durable)
              ? rest
              : Math.min(rest, BlockingFileIo.untilBoundary(offset + done));
      new UringTransfer(ring, operation, flags, address + done, now, offset + done).start();
      done += now;
    }
    operation.ended(null);
  }

  @Override
  public void sync(Uring ring, Outcome outcome) throws StoreException {
    UringOperation operation = new UringOperation(file, false, null, outcome);
    ring.fdatasync(
        operation.fd(),
        result ->
            operation.ended(result < 0 ? ErrnoMapping.whole("sync", file.name(), result) : null));
  }

  @Override
  public boolean trim(Uring ring, long offset, long length, Outcome outcome) throws StoreException {
    return place(ring, "trim", store.trimMode(), offset, length, outcome);
  }

  @Override
  public boolean writeZeroes(Uring ring, long offset, long length, boolean noHole, Outcome outcome)
      throws StoreException {
    return place(ring, "zeroes", store.zeroMode(noHole), offset, length, outcome);
  }

  /** fallocate(2) of a range of whole blocks. */
  private boolean place(
      Uring ring, String what, int mode, long offset, long length, Outcome outcome)
      throws StoreException {
    int epoch = store.beginChange(offset, length);
    if (mode == UringTarget.NO_MODE || length == 0 || !store.isWhole(offset, length)) {
      store.endChange(epoch);
      return false;
    }
    UringOperation operation;
    try {
      operation = new UringOperation(file, false, null, ending(epoch, outcome));
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
