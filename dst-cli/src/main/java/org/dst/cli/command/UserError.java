package org.dst.cli.command;

import org.dst.client.link.LinkException;

/** A failure that the user can fix: one line of explanation and an exit code. */
public final class UserError extends Exception {
  private static final long serialVersionUID = 1;

  private final ExitCode code;

  /** Says what is wrong and what to do. */
  public UserError(ExitCode code, String message) {
    super(message);
    this.code = code;
  }

  /** The error for a failed link. */
  public static UserError of(LinkException failed) {
    ExitCode code =
        switch (failed.failure().kind()) {
          case UNREACHABLE, LOST -> ExitCode.UNREACHABLE;
          case NOT_DST, UNPROVEN -> ExitCode.NOT_DST;
          case REFUSED -> ExitCode.REFUSED;
        };
    return new UserError(code, failed.getMessage());
  }

  public ExitCode code() {
    return code;
  }
}
