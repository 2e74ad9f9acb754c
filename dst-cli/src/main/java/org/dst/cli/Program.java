package org.dst.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import java.util.Locale;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.ProgramLifecycle;
import org.dst.cli.command.TextFormat;
import org.dst.cli.command.UserError;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs a command line: one-line errors, stable exit codes, stack traces only for --debug. */
final class Program {
  /** Prefix of picocli's messages about option groups. */
  private static final String PREFIX = "Error: ";

  private final CommandLine line;
  private final String name;

  Program(Object command) {
    line = new CommandLine(command);
    name = line.getCommandName();
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setUsageHelpLongOptionsMaxWidth(24);
    line.setExecutionStrategy(this::execute);
    line.setParameterExceptionHandler(this::wrongUsage);
    line.setExecutionExceptionHandler(this::failed);
  }

  /** Runs and ends the process. */
  static void run(Object command, String... arguments) {
    // Scripts parse the output, so numbers must not depend on the locale.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    ProgramLifecycle.exit(new Program(command).execute(arguments));
  }

  /** Runs the command line and returns the exit code. */
  int execute(String... arguments) {
    return line.execute(arguments);
  }

  /** The command line, for those who read its model. */
  CommandLine line() {
    return line;
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
    String message = wrong.getMessage();
    if (message.startsWith(PREFIX)) {
      message = message.substring(PREFIX.length());
    }
    if (!command.getSubcommands().isEmpty() && wrong.getArgSpec() == null) {
      message += "; commands are " + String.join(", ", command.getSubcommands().keySet());
    }
    err.printf(
        "%s: %s (see '%s --help')%n",
        name, TextFormat.oneLine(message), command.getCommandSpec().qualifiedName());
    return ExitCode.USAGE.code();
  }

  private int failed(Exception failure, CommandLine command, ParseResult parsed) {
    CommonOptions options = CommonOptions.of(command.getCommandSpec());
    PrintWriter err = command.getErr();
    if (options != null && options.debug()) {
      failure.printStackTrace(err);
    }
    if (failure instanceof UserError error) {
      err.printf("%s: %s%n", name, TextFormat.oneLine(error.getMessage()));
      return error.code().code();
    }
    err.printf(
        "%s: unexpected failure: %s (--debug shows more)%n",
        name, TextFormat.oneLine(failure.toString()));
    return ExitCode.UNEXPECTED.code();
  }
}
