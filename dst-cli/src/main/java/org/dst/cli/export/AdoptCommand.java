package org.dst.cli.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.option.StateDirectories;
import org.dst.server.state.Adoption;
import org.dst.server.state.StateDirectory;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dstd adopt}: another medium takes the place of the one that an export's store was on. */
@Command(
    name = "adopt",
    sortOptions = false,
    description = {
      "Makes the medium that is there now the store that clients of an export expect: a copy, a"
          + " restored backup, the disk of another machine. Its clients will write there, and send"
          + " what they have not flushed. Not while dstd serves the export."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  dstd adopt disk", "  dstd adopt disk=/srv/restored.img"})
public final class AdoptCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      paramLabel = "NAME[=PATH]",
      description = "the export, and the file or device (default: the path that it had last)")
  private String export;

  @Option(
      names = "--store",
      paramLabel = "UUID",
      description =
          "the store that it becomes (default: the one that was expected there, which the log of"
              + " 'dstd export' names)")
  private UUID store;

  @Option(
      names = "--force",
      description =
          "even if clients have written to the store that the medium is now; it is forgotten, and"
              + " they are refused from then on")
  private boolean force;

  @Option(
      names = "--state-dir",
      paramLabel = "PATH",
      description =
          "the state directory of the server (default: $DST_STATE_DIR, or /var/lib/dst for root, or"
              + " ~/.local/state/dst)")
  private Path stateDirectory;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError {
    int equals = export.indexOf('=');
    String name = equals < 0 ? export : export.substring(0, equals);
    if (name.isEmpty() || equals == export.length() - 1) {
      throw new UserError(
          ExitCode.USAGE, "'%s' is no export (expected: NAME or NAME=PATH)".formatted(export));
    }
    StateDirectory directory = new StateDirectory(StateDirectories.exports(stateDirectory));
    try (Adoption adoption = directory.adoption(name)) {
      String path = equals < 0 ? adoption.path() : export.substring(equals + 1);
      if (path.startsWith("mem:")) {
        throw new UserError(
            ExitCode.USAGE, "%s: memory is another store after every start".formatted(path));
      }
      // For reading, as nothing is written to it; and a server that serves it has it locked.
      try (BlockStore medium = Stores.open(path, StoreOptions.DEFAULT.asReadOnly())) {
        print(name, adoption.adopt(medium, store, force));
      }
    } catch (IOException impossible) {
      throw new UserError(ExitCode.LOCAL, impossible.getMessage());
    }
    return ExitCode.OK.code();
  }

  private static void print(String name, Adoption.Outcome outcome) {
    UUID identity = outcome.record().identity();
    System.out.printf(
        "dstd: '%s' is store %s, from now on on %s%n", name, identity, outcome.medium());
    System.out.println(
        outcome.former() == null
            ? "dstd: it was on that medium before; its clients take it back although it was set"
                + " back"
            : "dstd: before, it was on " + outcome.former());
    if (outcome.dropped() != null) {
      System.out.printf("dstd: store %s, which that medium was, is forgotten%n", outcome.dropped());
    }
    System.out.println(
        "dstd: when it is exported again, clients that wait for it write there, and send what they"
            + " have not flushed; what is older than their last flush is as it is on this medium");
    System.out.flush();
  }
}
