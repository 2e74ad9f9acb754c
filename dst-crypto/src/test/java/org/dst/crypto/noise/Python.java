package org.dst.crypto.noise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The second implementation, {@code src/test/python/dst_secure.py}. */
final class Python {
  private static final String PROGRAM = "/usr/bin/python3";

  private Python() {}

  /** Starts the script. */
  static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROGRAM, script().toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Runs the script to its end and gives what it printed. */
  static String run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the script failed: " + output);
    }
    return output;
  }

  private static Path script() {
    return Path.of("src", "test", "python", "dst_secure.py").toAbsolutePath();
  }

  /** Whether Python and its module are there; the answer of JUnit's {@code @EnabledIf}. */
  static boolean available() {
    try {
      Process process =
          new ProcessBuilder(PROGRAM, "-c", "import cryptography")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
