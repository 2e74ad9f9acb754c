package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;

/** Checks that a reply fits its request. */
final class ReplyValidator {
  private ReplyValidator() {}

  /**
   * Checks the payload's length.
   *
   * @throws MalformedException if the payload does not fit the request
   */
  static void check(Transaction transaction, Status status, ByteBuf payload)
      throws MalformedException {
    int length = payload == null ? 0 : payload.readableBytes();
    boolean right =
        status != Status.OK
            ? length == 0
            : switch (transaction.opcode()) {
              case READ -> length == transaction.count();
              case BLOCK_STATUS -> length > 0;
              case WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE, REPLY, PING, PONG -> length == 0;
              case NOTICE, DETACH, DETACHED, ATTACH, ATTACHED, REFUSED, LIST, LISTING ->
                  length == 0;
            };
    if (!right) {
      throw new MalformedException(
          "reply %s with %d bytes to %s".formatted(status, length, transaction));
    }
  }
}
