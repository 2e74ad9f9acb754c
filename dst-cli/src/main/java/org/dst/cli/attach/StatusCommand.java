package org.dst.cli.attach;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.control.RunningPrograms;
import org.dst.cli.status.AttachmentStatusText;
import org.dst.cli.status.StatusOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dst status}: shows the state of this machine's attachments. */
@Command(
    name = "status",
    sortOptions = false,
    description = "Shows the state of this machine's attachments.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dst status",
      "  dst status /run/dst/disk.sock",
      "  dst status disk --json | jq '.attachments[0].counters.reconnects'"
    })
public final class StatusCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|SOCKET",
      description =
          "only the attachments of this export, or the one that serves NBD on this socket or"
              + " address (default: all)")
  private String target;

  @Mixin private StatusOptions status;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    List<RunningPrograms.Answer> answers = status.ask("dst");
    List<Map<String, Object>> reports = new ArrayList<>();
    for (RunningPrograms.Answer answer : answers) {
      if (answer.status() != null && isWanted(answer.status())) {
        reports.add(answer.status());
      }
    }
    if (!reports.isEmpty()) {
      status.print("attachments", reports, AttachmentStatusText::of);
    }
    if (target == null || reports.isEmpty()) {
      StatusOptions.requireAnswers(answers);
    }
    if (reports.isEmpty()) {
      throw new UserError(ExitCode.UNREACHABLE, nothing(answers));
    }
    return ExitCode.OK.code();
  }

  private boolean isWanted(Map<String, Object> report) {
    return target == null
        || target.equals(report.get("export"))
        || target.equals(report.get("local"))
        || Path.of(target).toAbsolutePath().normalize().equals(local(report));
  }

  private static Path local(Map<String, Object> report) {
    return Path.of(report.get("local").toString()).toAbsolutePath().normalize();
  }

  private String nothing(List<RunningPrograms.Answer> answers) {
    if (answers.isEmpty()) {
      return "no 'dst attach' is running with state directory %s; choose another with --state-dir"
          .formatted(status.directory().getParent());
    }
    List<String> names = new ArrayList<>();
    answers.forEach(answer -> names.add(answer.status().get("export").toString()));
    return "no 'dst attach' of '%s' is running here; running: %s"
        .formatted(target, String.join(", ", names));
  }
}
