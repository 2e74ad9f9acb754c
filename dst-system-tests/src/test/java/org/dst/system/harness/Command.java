package org.dst.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to completion, or kills it after a timeout. */
public final class Command {
  /**
   * The directories that Debian installs programs to; a newer python first in PATH lacks libnbd.
   */
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final int DEFAULT_SECONDS = 60;

  private Command() {}

  /** Runs {@code command} for at most a minute. */
  public static Result run(String... command) {
    return run(DEFAULT_SECONDS, List.of(command));
  }

  /** Runs {@code command} for at most {@code seconds}; one that takes longer is an error. */
  public static Result run(int seconds, List<String> command) {
    return run(seconds, command, Map.of());
  }

  /** The same with additions to the environment. */
  static Result run(int seconds, List<String> command, Map<String, String> environment) {
    try {
      Path out = Files.createTempFile("dst-out", "");
      Path err = Files.createTempFile("dst-err", "");
      try {
        Process process =
            builder(command, environment)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = await(process, seconds);
        Result result =
            new Result(
                command,
                ended ? process.exitValue() : -1,
                Files.readString(out),
                Files.readString(err));
        if (!ended) {
          throw new AssertionError("still running after %d s: %s".formatted(seconds, result));
        }
        return result;
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** A builder for a program that is looked up in the system's directories. */
  static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
    List<String> found = new ArrayList<>(command);
    found.set(
        0, NeedsProgramCondition.find(command.get(0)).map(Path::toString).orElse(found.get(0)));
    ProcessBuilder builder = new ProcessBuilder(found);
    builder.environment().put("PATH", PATH);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("CLASSPATH", Dst.classPath());
    builder.environment().putAll(environment);
    return builder;
  }

  private static boolean await(Process process, int seconds) {
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return true;
      }
      process.destroyForcibly().waitFor();
      return false;
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
  }
}
