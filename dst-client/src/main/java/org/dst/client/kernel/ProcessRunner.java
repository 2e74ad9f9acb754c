package org.dst.client.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs other programs for a bounded time. For threads that may block. */
final class ProcessRunner {
  private static final List<String> MORE_PLACES = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

  private ProcessRunner() {}

  /**
   * How a program ended.
   *
   * @param exit its code, -1 if it took too long
   * @param output what it printed, both streams
   */
  record Outcome(int exit, String output) {
    boolean succeeded() {
      return exit == 0;
    }
  }

  /** Finds a program in the PATH or the sbin directories; null if there is none. */
  static Path find(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return Stream.concat(Stream.of(path.split(":")), MORE_PLACES.stream())
        .filter(place -> !place.isEmpty())
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /**
   * Runs a program. One that takes too long is killed, which does not end it while it waits for a
   * device.
   */
  static Outcome run(List<String> command, Duration patience)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    // Not to EOF: a background child may keep the pipe open.
    InputStream output = process.getInputStream();
    String text = new String(output.readNBytes(output.available()), StandardCharsets.UTF_8);
    if (!ended) {
      process.destroyForcibly();
    }
    return new Outcome(ended ? process.exitValue() : -1, text.strip());
  }
}
