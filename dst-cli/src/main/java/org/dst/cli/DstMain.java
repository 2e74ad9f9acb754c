package org.dst.cli;

import org.dst.cli.attach.AttachCommand;
import org.dst.cli.attach.StatusCommand;
import org.dst.cli.demo.DemoCommand;
import org.dst.cli.query.ListCommand;
import org.dst.cli.query.PingCommand;
import org.dst.cli.security.KeygenCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program of the client node. */
@Command(
    name = "dst",
    description = "Attaches disks that dstd exports on another machine.",
    versionProvider = Version.class,
    subcommands = {
      AttachCommand.class,
      StatusCommand.class,
      ListCommand.class,
      PingCommand.class,
      KeygenCommand.class,
      DemoCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class DstMain {
  @Option(names = "--version", versionHelp = true, description = "show the version and exit")
  private boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help and exit")
  private boolean help;

  /** Runs the command line. */
  public static void main(String... arguments) {
    Program.run(new DstMain(), arguments);
  }
}
