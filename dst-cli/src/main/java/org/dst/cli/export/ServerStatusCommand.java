package org.dst.cli.export;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.control.RunningPrograms;
import org.dst.cli.status.ServerStatusJson;
import org.dst.cli.status.ServerStatusText;
import org.dst.cli.status.StatusOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dstd status}: shows the state of this machine's exports. */
@Command(
    name = "status",
    sortOptions = false,
    description = "Shows this machine's exports, their clients and their counters.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dstd status",
      "  dstd status disk backup",
      "  dstd status --json | jq '.servers[].exports[].sessions[].client'"
    })
public final class ServerStatusCommand
    implements Callable<Integer>, CommonOptions.WithCommonOptions {
  /** Up to this many exports are shown in full, more with one line each. */
  private static final int IN_FULL = 8;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "show these exports in full (default: all; one line each if there are many)")
  private List<String> names = List.of();

  @Mixin private StatusOptions status;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    List<RunningPrograms.Answer> answers = status.ask("dstd", question());
    if (answers.isEmpty()) {
      throw new UserError(
          ExitCode.UNREACHABLE,
          "no 'dstd export' is running with state directory %s; choose another with --state-dir"
              .formatted(status.directory().getParent()));
    }
    List<Map<String, Object>> reports =
        answers.stream()
            .map(RunningPrograms.Answer::status)
            .filter(Objects::nonNull)
            .map(report -> names.isEmpty() ? report : ServerStatusJson.about(report, names))
            .filter(report -> names.isEmpty() || ServerStatusJson.exports(report) > 0)
            .toList();
    if (!reports.isEmpty()) {
      status.print(
          "servers",
          reports,
          (report, now) ->
              names.isEmpty() && ServerStatusJson.exports(report) > IN_FULL
                  ? ServerStatusText.brief(report, now)
                  : ServerStatusText.of(report, now));
    }
    StatusOptions.requireAnswers(answers);
    requireAll(reports);
    return ExitCode.OK.code();
  }

  private Map<String, Object> question() {
    if (!names.isEmpty()) {
      return ServerControl.about(names);
    }
    return status.isJson() ? Map.of() : ServerControl.allAndUpTo(IN_FULL);
  }

  private void requireAll(List<Map<String, Object>> reports) throws UserError {
    List<String> missing =
        names.stream()
            .filter(
                name ->
                    reports.stream().noneMatch(report -> ServerStatusJson.hasExport(report, name)))
            .map("'%s'"::formatted)
            .distinct()
            .toList();
    if (!missing.isEmpty()) {
      throw new UserError(
          ExitCode.UNREACHABLE,
          "no 'dstd export' here has an export %s; 'dstd status' lists those there are"
              .formatted(String.join(" or ", missing)));
    }
  }
}
