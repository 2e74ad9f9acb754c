package org.dst.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options that every command has. */
public final class CommonOptions {
  @Option(names = "--debug", description = "log at debug level and print stack traces")
  private boolean debug;

  @Option(names = "--quiet", description = "log warnings and errors only")
  private boolean quiet;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help and exit")
  private boolean help;

  public boolean debug() {
    return debug;
  }

  public boolean quiet() {
    return quiet;
  }

  /** The common options of a command, or null if it has none. */
  public static CommonOptions of(CommandSpec command) {
    return command.userObject() instanceof WithCommonOptions with ? with.common() : null;
  }

  /** A command with these options. */
  public interface WithCommonOptions {
    /** The mixin. */
    CommonOptions common();
  }
}
