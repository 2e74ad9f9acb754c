package org.dst.cli;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dst.cli.control.RunningPrograms;
import org.dst.cli.status.ServerSheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dstd status}: what the servers of this machine are doing. */
@Command(
    name = "status",
    sortOptions = false,
    description = "Shows the exports of this machine, who uses them, and what happened.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dstd status",
      "  dstd status --json | jq '.servers[].exports[].sessions[].client'"
    })
final class ServerStatusCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Mixin private StatusOptions status;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    List<RunningPrograms.Answer> answers = status.ask("dstd");
    if (answers.isEmpty()) {
      throw new UserError(
          ExitCode.UNREACHABLE,
          "no 'dstd export' runs with the state directory %s; --state-dir names another"
              .formatted(status.directory().getParent()));
    }
    List<Map<String, Object>> reports =
        answers.stream().map(RunningPrograms.Answer::status).filter(Objects::nonNull).toList();
    if (!reports.isEmpty()) {
      status.print("servers", reports, ServerSheet::of);
    }
    StatusOptions.requireAnswers(answers);
    return ExitCode.OK.code();
  }
}
