package org.dst.server.lane;

import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Features;
import org.dst.server.store.BlockStore;

/**
 * Validates a whole request before anything is done with it. Has no side effects.
 *
 * @param store whose size bounds the ranges
 * @param minBlock the alignment of offsets and lengths, in bytes
 * @param maxPayload bytes of the largest payload of a request or reply
 * @param features that the client was told
 * @param writable whether the client may change anything
 */
public record FrameRequestValidator(
    BlockStore store, int minBlock, int maxPayload, int features, boolean writable) {

  /**
   * The status that the request is refused with, or OK.
   *
   * @param payload bytes of the payload that came with it
   */
  public Status check(FrameHeader header, int payload) {
    Opcode opcode = header.opcode();
    if (opcode == null || !opcode.isRequest() || !supported(opcode, header.flags())) {
      return Status.NOT_SUPPORTED;
    }
    if ((header.flags() & ~RequestFlags.allowed(opcode)) != 0) {
      return Status.INVALID;
    }
    if (opcode.isChange() && !writable) {
      return Status.NOT_PERMITTED;
    }
    if (payload != (opcode == Opcode.WRITE ? header.count() : 0)) {
      return Status.INVALID;
    }
    if (opcode == Opcode.FLUSH) {
      return header.offset() == 0 && header.count() == 0 ? Status.OK : Status.INVALID;
    }
    return checkRange(opcode, header.offset(), header.count());
  }

  private boolean supported(Opcode opcode, int flags) {
    int needed =
        switch (opcode) {
          case FLUSH -> Features.FLUSH;
          case TRIM -> Features.TRIM;
          case WRITE_ZEROES -> Features.WRITE_ZEROES;
          case CACHE -> Features.CACHE;
          case BLOCK_STATUS -> Features.BLOCK_STATUS;
          case READ, WRITE, REPLY, PING, PONG, NOTICE, DETACH, DETACHED -> 0;
          case ATTACH, ATTACHED, REFUSED, LIST, LISTING -> 0;
        };
    if (opcode.isChange() && RequestFlags.durable(flags)) {
      needed |= Features.FUA;
    }
    if (opcode == Opcode.WRITE_ZEROES && (flags & RequestFlags.FAST_ZERO) != 0) {
      needed |= Features.FAST_ZERO;
    }
    return (features & needed) == needed;
  }

  private Status checkRange(Opcode opcode, long offset, long count) {
    if (offset < 0 || count <= 0 || (offset & minBlock - 1) != 0 || (count & minBlock - 1) != 0) {
      return Status.INVALID;
    }
    if (opcode == Opcode.READ && count > maxPayload) {
      return Status.TOO_LARGE;
    }
    // A read of what was truncated away fails as an I/O error; a change would make the file grow.
    boolean inside =
        !opcode.isChange() && fits(offset, count, store.knownSize())
            || fits(offset, count, store.size());
    if (!inside) {
      return opcode.isChange() ? Status.NO_SPACE : Status.INVALID;
    }
    return Status.OK;
  }

  private static boolean fits(long offset, long count, long size) {
    return offset <= size && count <= size - offset;
  }
}
