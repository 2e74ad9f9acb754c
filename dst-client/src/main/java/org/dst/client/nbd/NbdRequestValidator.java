package org.dst.client.nbd;

import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.BlockStatusPayload;
import org.dst.client.nbd.wire.CommandFlags;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.client.nbd.wire.NbdCommand;
import org.dst.protocol.Limits;
import org.dst.protocol.message.Features;

/**
 * Decides whether a request may go to the device, without side effects. The errors are those of the
 * specification's sections "Request types" and "Error values".
 */
final class NbdRequestValidator {
  private NbdRequestValidator() {}

  /**
   * Checks a whole request.
   *
   * @param command null if it is unknown
   * @param flags of the request, 16 bits
   * @param offset unsigned
   * @param length unsigned; of the effect, or of the payload if the flags say so
   * @param metaContext whether base:allocation was selected
   * @return null if the request is valid
   */
  static RequestError check(
      DeviceInfo info,
      HeaderFormat format,
      boolean metaContext,
      NbdCommand command,
      int flags,
      long offset,
      long length) {
    if (command == null) {
      return RequestError.UNKNOWN_COMMAND;
    }
    if (command.isChange() && info.readOnly()) {
      return RequestError.READ_ONLY;
    }
    RequestError error = checkFlags(info, format, command, flags);
    if (error != null) {
      return error;
    }
    error = checkFeature(info, metaContext, command);
    if (error != null) {
      return error;
    }
    if (command == NbdCommand.FLUSH) {
      return offset != 0 || length != 0 ? RequestError.FLUSH_RANGE : null;
    }
    if (command == NbdCommand.BLOCK_STATUS && (flags & CommandFlags.PAYLOAD_LEN) != 0) {
      return BlockStatusPayload.fits(length) ? null : RequestError.BAD_STATUS_PAYLOAD;
    }
    return checkRange(info, command, flags, offset, length);
  }

  private static RequestError checkFlags(
      DeviceInfo info, HeaderFormat format, NbdCommand command, int flags) {
    int allowed = CommandFlags.allowed(command);
    if (!info.has(Features.FUA)) {
      allowed &= ~CommandFlags.FUA;
    }
    if (!info.has(Features.FAST_ZERO)) {
      allowed &= ~CommandFlags.FAST_ZERO;
    }
    if (!format.chunked()) {
      allowed &= ~CommandFlags.DF;
    }
    if (format != HeaderFormat.EXTENDED) {
      allowed &= ~CommandFlags.PAYLOAD_LEN;
    }
    if ((flags & ~allowed) != 0) {
      return RequestError.BAD_FLAGS;
    }
    boolean payloadMissing =
        command == NbdCommand.WRITE
            && format == HeaderFormat.EXTENDED
            && (flags & CommandFlags.PAYLOAD_LEN) == 0;
    return payloadMissing ? RequestError.NO_PAYLOAD_FLAG : null;
  }

  private static RequestError checkFeature(
      DeviceInfo info, boolean metaContext, NbdCommand command) {
    boolean offered =
        switch (command) {
          case READ, WRITE, DISC -> true;
          case FLUSH -> info.has(Features.FLUSH);
          case TRIM -> info.has(Features.TRIM);
          case CACHE -> info.has(Features.CACHE);
          case WRITE_ZEROES -> info.has(Features.WRITE_ZEROES);
          case BLOCK_STATUS -> info.has(Features.BLOCK_STATUS);
        };
    if (!offered) {
      return RequestError.NO_FEATURE;
    }
    return command == NbdCommand.BLOCK_STATUS && !metaContext ? RequestError.NO_META_CONTEXT : null;
  }

  /** Checks the range of every command that has one. */
  static RequestError checkRange(
      DeviceInfo info, NbdCommand command, int flags, long offset, long length) {
    if (length == 0) {
      return RequestError.ZERO_LENGTH;
    }
    boolean moves = command == NbdCommand.READ || command == NbdCommand.WRITE;
    if (moves && Long.compareUnsigned(length, Limits.MAX_PAYLOAD) > 0) {
      return (flags & CommandFlags.DF) != 0
          ? RequestError.TOO_LONG_UNFRAGMENTED
          : RequestError.TOO_LONG;
    }
    if (((offset | length) & (info.minBlock() - 1L)) != 0) {
      return RequestError.UNALIGNED;
    }
    long size = info.size();
    boolean inside = offset >= 0 && offset <= size && length >= 0 && length <= size - offset;
    if (inside) {
      return null;
    }
    boolean grows = command == NbdCommand.WRITE || command == NbdCommand.WRITE_ZEROES;
    return grows ? RequestError.CHANGE_BEYOND_END : RequestError.BEYOND_END;
  }
}
