package org.dst.system.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Locates files in the source tree. Tests run in their module's directory. */
final class Tree {
  static final List<String> MODULES =
      List.of(
          "dst-protocol",
          "dst-crypto",
          "dst-platform",
          "dst-server",
          "dst-client",
          "dst-cli",
          "dst-system-tests");

  private Tree() {}

  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("dst-protocol")) ? here : here.getParent();
  }

  /** Every Java source that is ours to keep, of programs and tests, sorted. */
  static List<Path> sources() throws IOException {
    try (Stream<Path> files =
        MODULES.stream().map(module -> root().resolve(module).resolve("src")).flatMap(Tree::walk)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static Stream<Path> walk(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Stream.empty();
    }
    try {
      return Files.walk(directory);
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}
