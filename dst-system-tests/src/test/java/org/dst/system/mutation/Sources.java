package org.dst.system.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sources that mutations edit, by names like {@code client/lane/LaneCore}. */
final class Sources {
  private static final Path ROOT = findRoot();

  private Sources() {}

  private static Path findRoot() {
    String given = System.getProperty("dst.root");
    Path path = Path.of(given != null ? given : "").toAbsolutePath();
    while (path != null && !Files.exists(path.resolve("bin/simulate"))) {
      path = path.getParent();
    }
    if (path == null) {
      throw new IllegalStateException("not run inside the project: no bin/simulate above");
    }
    return path;
  }

  /** The name of the class in a source. */
  static String className(String source) {
    return "org.dst." + source.replace('/', '.');
  }

  /** The text of a source, with white space made uniform: the layout does not matter. */
  static String read(String source) {
    for (String module :
        new String[] {"dst-client", "dst-server", "dst-protocol", "dst-platform"}) {
      Path file = ROOT.resolve(module + "/src/main/java/org/dst/" + source + ".java");
      if (Files.exists(file)) {
        return read(file);
      }
    }
    return read(ROOT.resolve("dst-system-tests/src/test/java/org/dst/" + source + ".java"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).replaceAll("(?m)//.*$", "").replaceAll("\\s+", " ");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
