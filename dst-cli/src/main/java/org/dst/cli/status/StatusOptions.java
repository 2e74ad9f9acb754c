package org.dst.cli.status;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.control.Json;
import org.dst.cli.control.RunningPrograms;
import org.dst.cli.option.StateDirectories;
import picocli.CommandLine.Option;

/** Options of the status commands, and how these find running programs and print their reports. */
public final class StatusOptions {
  @Option(names = "--json", description = "print one line of JSON instead of text")
  private boolean json;

  @Option(
      names = "--state-dir",
      paramLabel = "PATH",
      description =
          "state directory of the programs to show (default: $DST_STATE_DIR, or /var/lib/dst for"
              + " root, or ~/.local/state/dst)")
  private Path stateDirectory;

  /** Where the control sockets are. */
  public Path directory() {
    return StateDirectories.control(stateDirectory);
  }

  /** Whether to print JSON rather than text. */
  public boolean isJson() {
    return json;
  }

  /** Asks all processes of a program. */
  public List<RunningPrograms.Answer> ask(String program) throws UserError, InterruptedException {
    return ask(program, Map.of());
  }

  /** Asks all processes of a program a question. */
  public List<RunningPrograms.Answer> ask(String program, Map<String, Object> question)
      throws UserError, InterruptedException {
    try {
      return RunningPrograms.ask(directory(), program, question);
    } catch (IOException unreadable) {
      throw new UserError(ExitCode.LOCAL, "cannot read %s".formatted(unreadable.getMessage()));
    }
  }

  /**
   * Prints reports.
   *
   * @param all the JSON field that holds them
   * @param renderer renders one report as text, as of a given moment
   */
  public void print(
      String all,
      List<Map<String, Object>> reports,
      BiFunction<Map<String, Object>, Instant, String> renderer) {
    if (json) {
      System.out.println(Json.write(Map.of(all, reports)));
    } else {
      Instant now = Instant.now();
      List<String> texts = new ArrayList<>();
      reports.forEach(report -> texts.add(renderer.apply(report, now)));
      System.out.print(String.join("\n", texts));
    }
    System.out.flush();
  }

  /** Fails if a process did not answer. */
  public static void requireAnswers(List<RunningPrograms.Answer> answers) throws UserError {
    List<String> silent = new ArrayList<>();
    for (RunningPrograms.Answer answer : answers) {
      if (answer.failure() != null) {
        silent.add("process %s: %s".formatted(answer.pid(), answer.failure()));
      }
    }
    if (!silent.isEmpty()) {
      throw new UserError(ExitCode.UNREACHABLE, String.join("; ", silent));
    }
  }
}
