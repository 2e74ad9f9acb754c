package org.dst.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs a command line: one-line errors, stable exit codes, stack traces only for --debug. */
final class Program {
  private final CommandLine line;
  private final String name;

  private Program(Object command) {
    line = new CommandLine(command);
    name = line.getCommandName();
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionStrategy(this::execute);
    line.setParameterExceptionHandler(this::wrongUsage);
    line.setExecutionExceptionHandler(this::failed);
  }

  /** Runs and ends the process. */
  static void run(Object command, String... arguments) {
    int code = new Program(command).line.execute(arguments);
    Lifetime.exit(code);
  }

  private int execute(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommonOptions options = CommonOptions.of(last.commandSpec());
    if (options != null) {
      Logger root = (Logger) LoggerFactory.getLogger("org.dst");
      root.setLevel(options.debug() ? Level.DEBUG : options.quiet() ? Level.WARN : Level.INFO);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private int wrongUsage(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    String message = wrong.getMessage().lines().findFirst().orElse("wrong usage");
    err.printf(
        "%s: %s (see '%s --help')%n", name, message, command.getCommandSpec().qualifiedName());
    return ExitCode.USAGE.code();
  }

  private int failed(Exception failure, CommandLine command, ParseResult parsed) {
    CommonOptions options = CommonOptions.of(command.getCommandSpec());
    PrintWriter err = command.getErr();
    if (options != null && options.debug()) {
      failure.printStackTrace(err);
    }
    if (failure instanceof UserError error) {
      err.printf("%s: %s%n", name, error.getMessage());
      return error.code().code();
    }
    err.printf("%s: unexpected failure: %s (--debug shows more)%n", name, failure);
    return ExitCode.UNEXPECTED.code();
  }
}
