package org.dst.cli.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.control.RunningPrograms;
import org.dst.cli.option.SizeConverter;
import org.dst.cli.option.StateDirectories;
import org.dst.cli.status.ServerStatusJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dstd resize}: resizes an export of a running server. */
@Command(
    name = "resize",
    sortOptions = false,
    description = "Resizes an export of this machine while clients use it.",
    footerHeading = "%nExamples:%n",
    footer = {"  dstd resize disk 40G", "  dstd resize disk 10G --shrink"})
public final class ResizeCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  private static final String PROGRAM = "dstd";

  @Parameters(index = "0", paramLabel = "NAME", description = "the export")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "new size, a multiple of the minimum block size")
  private Long size;

  @Option(
      names = "--shrink",
      description = "allow the export to shrink, which cuts off everything beyond the new size")
  private boolean shrink;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "process that serves it, if several have an export of that name")
  private String pid;

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
  public Integer call() throws UserError, InterruptedException {
    Path directory = StateDirectories.control(stateDirectory);
    String process = process(directory);
    RunningPrograms.Answer answer =
        RunningPrograms.tell(directory, PROGRAM, process, ServerControl.resize(name, size, shrink));
    if (answer == null) {
      throw new UserError(ExitCode.UNREACHABLE, "process %s has ended".formatted(process));
    }
    if (answer.failure() != null) {
      throw new UserError(ExitCode.LOCAL, answer.failure());
    }
    long former = ServerControl.formerSize(answer.status());
    System.out.printf(
        "dstd: resized '%s' from %s to %s%n",
        name, SizeConverter.show(former), SizeConverter.show(size));
    System.out.flush();
    return ExitCode.OK.code();
  }

  private String process(Path directory) throws UserError, InterruptedException {
    List<String> serving = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (RunningPrograms.Answer answer : ask(directory)) {
      boolean wanted = pid == null || pid.equals(answer.pid());
      (wanted && answer.status() != null && ServerStatusJson.hasExport(answer.status(), name)
              ? serving
              : others)
          .add(answer.pid());
    }
    if (serving.size() == 1) {
      return serving.getFirst();
    }
    throw new UserError(
        serving.isEmpty() ? ExitCode.UNREACHABLE : ExitCode.USAGE,
        serving.isEmpty()
            ? "no 'dstd export' of '%s' is running with state directory %s (%d others are)"
                .formatted(name, directory.getParent(), others.size())
            : "processes %s have an export '%s'; choose one with --pid"
                .formatted(String.join(", ", serving), name));
  }

  private static List<RunningPrograms.Answer> ask(Path directory)
      throws UserError, InterruptedException {
    try {
      return RunningPrograms.ask(directory, PROGRAM);
    } catch (IOException unreadable) {
      throw new UserError(ExitCode.LOCAL, "cannot read %s".formatted(unreadable.getMessage()));
    }
  }
}
