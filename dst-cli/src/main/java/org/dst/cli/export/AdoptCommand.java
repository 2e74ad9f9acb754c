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

/** {@code dstd adopt}: moves the identity of an export's store to another medium. */
@Command(
    name = "adopt",
    sortOptions = false,
    description = {
      "Declares the medium that an export has now (a copy, a restored backup, a disk from another"
          + " machine) to be the store that its clients expect. They will write to it and replay"
          + " what they have not flushed. Stop the export first."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  dstd adopt disk", "  dstd adopt disk=/srv/restored.img"})
public final class AdoptCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      paramLabel = "NAME[=PATH]",
      description = "the export, and its file or device (default: the last known path)")
  private String export;

  @Option(
      names = "--store",
      paramLabel = "UUID",
      description =
          "identity that the medium gets (default: the store that was expected there; the log of"
              + " 'dstd export' names it)")
  private UUID store;

  @Option(
      names = "--force",
      description =
          "adopt even if clients have written to the store that the medium holds now; that store is"
              + " forgotten and its clients are refused from then on")
  private boolean force;

  @Option(
      names = "--state-dir",
      paramLabel = "PATH",
      description =
          "state directory of the server (default: $DST_STATE_DIR, or /var/lib/dst for root, or"
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
          ExitCode.USAGE, "'%s' is not an export (expected: NAME or NAME=PATH)".formatted(export));
    }
    StateDirectory directory = new StateDirectory(StateDirectories.exports(stateDirectory));
    try (Adoption adoption = directory.adoption(name)) {
      String path = equals < 0 ? adoption.path() : export.substring(equals + 1);
      if (path.startsWith("mem:")) {
        throw new UserError(
            ExitCode.USAGE,
            "%s: memory cannot be adopted, it is a new store after every start".formatted(path));
      }
      // Read-only, as nothing is written; a server that exports it holds its lock.
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
    System.out.printf("dstd: '%s' is store %s, now on %s%n", name, identity, outcome.medium());
    System.out.println(
        outcome.former() == null
            ? "dstd: it was on this medium before; its clients accept it although it was rolled"
                + " back"
            : "dstd: previously on " + outcome.former());
    if (outcome.dropped() != null) {
      System.out.printf(
          "dstd: store %s, which this medium held before, is forgotten%n", outcome.dropped());
    }
    System.out.println(
        "dstd: once it is exported again, waiting clients resume and replay their unflushed writes;"
            + " data older than their last flush is what this medium holds");
    System.out.flush();
  }
}
