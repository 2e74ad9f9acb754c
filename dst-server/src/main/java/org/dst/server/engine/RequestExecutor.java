package org.dst.server.engine;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.protocol.Limits;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;

/**
 * Carries out a request by calls on its store, on the calling thread. Syncs are handled by the
 * engine.
 */
final class RequestExecutor {
  private RequestExecutor() {}

  /** The first step of a request. */
  static IoRequest.Step firstStep(Opcode opcode, int flags) {
    if (opcode == Opcode.FLUSH) {
      return IoRequest.Step.SYNC_LAST;
    }
    boolean barrier = opcode.isChange() && (flags & RequestFlags.BARRIER) != 0;
    return barrier ? IoRequest.Step.SYNC_FIRST : IoRequest.Step.OPERATE;
  }

  /** Whether a sync must follow for the change to be durable; a durable write syncs by itself. */
  static boolean needsSyncAfter(Opcode opcode, int flags) {
    return opcode.isChange() && opcode != Opcode.WRITE && RequestFlags.durable(flags);
  }

  /**
   * Whether an outcome of {@link #perform} is that of a failed sync: a durable write syncs by
   * itself, and may report the error of earlier writes.
   */
  static boolean hasSyncFailed(Opcode opcode, int flags, Status status) {
    return opcode == Opcode.WRITE
        && RequestFlags.durable(flags)
        && switch (status) {
          case IO_ERROR, NO_SPACE, NO_MEMORY -> true;
          case OK, NOT_PERMITTED, INVALID, NOT_SUPPORTED, TOO_LARGE -> false;
          case SHUTTING_DOWN, BAD_CHECKSUM -> false;
        };
  }

  /** Makes the request's calls and blocks until they return. */
  static void perform(IoRequest request) throws StoreException {
    BlockStore store = request.store().store();
    long offset = request.offset();
    long count = request.count();
    int flags = request.flags();
    switch (request.opcode()) {
      case READ -> store.read(offset, request.data(), Math.toIntExact(count));
      case WRITE -> {
        checkCount(request);
        write(store, offset, count, request.data(), flags);
      }
      case TRIM -> store.trim(offset, count);
      case WRITE_ZEROES -> {
        boolean noHole = (flags & RequestFlags.NO_HOLE) != 0;
        store.writeZeroes(offset, count, noHole, (flags & RequestFlags.FAST_ZERO) != 0);
        startWriteBack(store, offset, count, flags);
      }
      case CACHE -> store.cache(offset, count);
      case BLOCK_STATUS -> {
        int most = (flags & RequestFlags.REQ_ONE) != 0 ? 1 : Limits.MAX_EXTENTS;
        List<Extent> extents = store.status(offset, count, most);
        extents.forEach(extent -> extent.encode(request.data()));
      }
      case FLUSH -> throw new IllegalStateException("a flush goes through the gate");
      case REPLY, PING, PONG, NOTICE, DETACH, DETACHED, ATTACH, ATTACHED, REFUSED, LIST, LISTING ->
          throw new StoreException(Status.NOT_SUPPORTED, request.opcode() + " is no operation");
    }
  }

  /** Rejects a write whose payload does not have the length in its header. */
  static void checkCount(IoRequest write) throws StoreException {
    int bytes = write.data().readableBytes();
    if (bytes != write.count()) {
      throw new StoreException(
          Status.INVALID, "write of " + bytes + " bytes (expected: " + write.count() + ")");
    }
  }

  private static void write(BlockStore store, long offset, long count, ByteBuf data, int flags)
      throws StoreException {
    store.write(offset, data, RequestFlags.durable(flags));
    startWriteBack(store, offset, count, flags);
  }

  private static void startWriteBack(BlockStore store, long offset, long count, int flags) {
    if ((flags & RequestFlags.SYNC) == 0 || RequestFlags.durable(flags)) {
      return;
    }
    try {
      store.startWriteBack(offset, count);
    } catch (StoreException e) {
      // The change itself is made and SYNC promises no durability. The kernel keeps the error for
      // the next sync, which reports it.
    }
  }
}
