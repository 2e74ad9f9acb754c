package org.dst.system.kernel;

import java.nio.file.Path;
import java.util.List;
import org.dst.system.harness.Command;
import org.dst.system.harness.Dst;

/**
 * A class-data-sharing archive of the programs, built once for all guests; it cuts start-up by a
 * third. Without one, as on a class path with directories, the programs only start slower.
 */
final class ClassArchive {
  private static final int SECONDS = 120;

  /** The variable that tells scripts in a guest of it; empty if there is none. */
  static final List<String> VARIABLE = make();

  private ClassArchive() {}

  private static List<String> make() {
    Path file = Path.of("target", "guest-classes.jsa").toAbsolutePath();
    List<String> command =
        List.of(
            "env",
            "DST_JAVA_HOME=" + System.getProperty("java.home"),
            "DST_CLASSPATH=" + Dst.classPath(),
            Guest.KERNEL.resolve("archive-classes").toString(),
            file.toString());
    boolean made = Command.run(SECONDS, command).exit() == 0;
    return made ? List.of("DST_ARCHIVE=" + file) : List.of();
  }
}
