package org.dst.cli;

import org.dst.cli.export.AdoptCommand;
import org.dst.cli.export.ExportCommand;
import org.dst.cli.export.ResizeCommand;
import org.dst.cli.export.ServerStatusCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program of the storage node. */
@Command(
    name = "dstd",
    description = "Exports files, block devices and memory as disks to DST clients.",
    versionProvider = Version.class,
    subcommands = {
      ExportCommand.class,
      ServerStatusCommand.class,
      ResizeCommand.class,
      AdoptCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class DstdMain {
  @Option(names = "--version", versionHelp = true, description = "show the version and exit")
  private boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help and exit")
  private boolean help;

  /** Runs the command line. */
  public static void main(String... arguments) {
    Program.run(new DstdMain(), arguments);
  }
}
