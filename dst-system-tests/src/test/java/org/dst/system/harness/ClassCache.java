package org.dst.system.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The class cache that the programs under test start with, as {@code bin/train} makes one for
 * users: most tests start programs, and start-up is most of their time. Created by a run of the
 * demo when a test JVM starts its first program. Without it the programs only start slower, for
 * instance if the class path has directories, whose classes Java does not cache.
 */
final class ClassCache {
  private static final int SECONDS = 120;

  private ClassCache() {}

  private static final class Holder {
    static final List<String> OPTIONS = make();
  }

  /** Options of the JVM that make it use the cache; none if there is no cache. */
  static List<String> options() {
    return Holder.OPTIONS;
  }

  private static List<String> make() {
    if (Stream.of(Dst.classPath().split(File.pathSeparator)).anyMatch(e -> !e.endsWith(".jar"))) {
      return List.of();
    }
    try {
      Path directory = Files.createTempDirectory("dst-classes");
      Path draft = directory.resolve("draft.aot");
      Path cache = directory.resolve("programs.aot");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Machine.remove(directory)));
      List<String> command = Machine.java(List.of("-XX:AOTCacheOutput=" + draft));
      command.addAll(List.of("org.dst.cli.DstMain", "demo", "--once"));
      command.addAll(List.of("--size", "64M", "--check", "8M"));
      Map<String, String> state = Map.of("DST_STATE_DIR", directory.resolve("state").toString());
      Result demo = Command.run(SECONDS, command, state);
      if (demo.exit() != Dst.OK || !Files.exists(draft)) {
        System.err.println("the programs start without a cache of their classes: " + demo);
        return List.of();
      }
      Files.move(draft, cache, StandardCopyOption.ATOMIC_MOVE);
      return List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off,cds=off");
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
