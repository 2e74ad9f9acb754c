package org.dst.cli.command;

/** Exit codes of both programs. Stable; documented in docs/reference.md. */
public enum ExitCode {
  /** Success, or a clean stop. */
  OK(0),
  /** An unexpected failure, most likely a bug in DST. */
  UNEXPECTED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** A file, device, socket or port on this machine cannot be used as asked. */
  LOCAL(3),
  /** The server cannot be reached. */
  UNREACHABLE(4),
  /** The server refuses. */
  REFUSED(5),
  /** The peer is not a DST server. */
  NOT_DST(6),
  /** Data read back differs from what was written. */
  WRONG_DATA(7),
  /** Acknowledged writes of a dead client are lost; --accept-loss attaches anyway. */
  LOST_WRITES(8),
  /** Stopped, but acknowledged writes could not be flushed; the next attach flushes them. */
  UNFLUSHED_WRITES(9);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number, 0 to 125. */
  public int code() {
    return code;
  }
}
