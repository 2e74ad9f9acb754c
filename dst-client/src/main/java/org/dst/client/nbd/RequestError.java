package org.dst.client.nbd;

import java.nio.charset.StandardCharsets;
import org.dst.client.nbd.wire.NbdError;

/** Why a request is answered with an error before the device sees it. */
enum RequestError {
  READ_ONLY(NbdError.EPERM, "the export is read-only"),
  UNKNOWN_COMMAND(NbdError.EINVAL, "unknown command"),
  BAD_FLAGS(NbdError.EINVAL, "flag not valid for this command"),
  NO_FEATURE(NbdError.EINVAL, "not offered by this export"),
  NO_PAYLOAD_FLAG(NbdError.EINVAL, "extended write without the payload flag"),
  NO_META_CONTEXT(NbdError.EINVAL, "no metadata context was selected"),
  BAD_STATUS_PAYLOAD(NbdError.EINVAL, "block status payload not valid"),
  ZERO_LENGTH(NbdError.EINVAL, "length is 0 (expected: at least the minimum block size)"),
  FLUSH_RANGE(NbdError.EINVAL, "flush with an offset or a length (expected: both 0)"),
  UNALIGNED(NbdError.EINVAL, "offset or length not a multiple of the minimum block size"),
  TOO_LONG(NbdError.EINVAL, "length above the maximum payload"),
  TOO_LONG_UNFRAGMENTED(NbdError.EOVERFLOW, "length too large for one chunk"),
  BEYOND_END(NbdError.EINVAL, "range reaches beyond the end of the export"),
  CHANGE_BEYOND_END(NbdError.ENOSPC, "range reaches beyond the end of the export"),
  SHUTTING_DOWN(NbdError.ESHUTDOWN, "the server is shutting down");

  private final NbdError error;
  private final byte[] text;

  RequestError(NbdError error, String text) {
    this.error = error;
    this.text = text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The error value of the reply. */
  NbdError error() {
    return error;
  }

  /** The explanation, for the reply's message field; not to be changed. */
  byte[] text() {
    return text;
  }
}
