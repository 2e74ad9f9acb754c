package org.dst.cli.command;

/** What a program's exit code tells a script. Stable; documented in docs/operating.md. */
public enum ExitCode {
  /** Everything went well, or the program was told to stop. */
  OK(0),
  /** Something that should not happen; a defect of DST, most likely. */
  UNEXPECTED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** A file, device, socket or port on this machine cannot be used as asked. */
  LOCAL(3),
  /** The server cannot be reached. */
  UNREACHABLE(4),
  /** The server refuses. */
  REFUSED(5),
  /** What answers at that address is no DST server. */
  NOT_DST(6),
  /** Data did not read back as it was written. */
  WRONG_DATA(7),
  /** Writes that a dead client had acknowledged are lost; --accept-loss goes on without them. */
  LOST_WRITES(8),
  /** Told to stop, and acknowledged writes could not be flushed; the next attach sees to them. */
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
