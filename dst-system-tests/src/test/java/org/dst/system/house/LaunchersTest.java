package org.dst.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dst.system.harness.Command;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launchers as a service or container runs them: without an environment, in a directory with
 * blanks in its name, with few file descriptors. In place of Java there is a program that reports
 * how it was started.
 */
@Timeout(120)
class LaunchersTest {
  private static final Path ROOT = Tree.root();

  /** Variables that a login has and a service has not, used without saying what if. */
  private static final Pattern TRUSTED =
      Pattern.compile("\\$\\{?(HOME|USER|LOGNAME|SHELL|TERM|TMPDIR|LANG|XDG_\\w+)\\b(?!:?[-+])");

  @TempDir Path directory;
  private Path clone;
  private Path jdk;

  @BeforeEach
  void makeCloneWithBlanks() throws IOException {
    clone = directory.resolve("a clone").resolve("of dst");
    copy("bin");
    for (String file : new String[] {"dst-cli/src/main/Main.java", "dst-cli/pom.xml", "pom.xml"}) {
      Path source = clone.resolve(file);
      Files.createDirectories(source.getParent());
      Files.setLastModifiedTime(Files.createFile(source), FileTime.from(Instant.EPOCH));
    }
    Path jar = clone.resolve("dst-cli/target/dst-cli.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    jdk = directory.resolve("a jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    program(jdk.resolve("bin/javac"), "exit 1");
    program(
        jdk.resolve("bin/java"),
        "ulimit -S -n; ulimit -H -n; locale charmap; for each; do echo \"$each\"; done");
  }

  private void copy(String name) throws IOException {
    Path to = Files.createDirectories(clone.resolve(name));
    try (Stream<Path> files = Files.list(ROOT.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        program(to.resolve(file.getFileName()), Files.readString(file));
      }
    }
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text.startsWith("#!") ? text : "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Runs a program of the clone with the limit of descriptors that {@code before} sets. */
  private Result launch(String before, String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of("env", "-i", "JAVA_HOME=" + jdk));
    command.addAll(List.of("sh", "-c", before + "; exec \"$0\" \"$@\""));
    command.add(clone.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    return Command.run(60, command);
  }

  @Test
  void shouldStartWithoutAnEnvironmentInADirectoryWithBlanks() {
    Result run = launch(":", "dst", "attach", "host/a b", "--name=", "--socket=/x y").succeeded();
    assertEquals("", run.err());
    List<String> lines = run.out().lines().toList();
    Path target = clone.resolve("dst-cli/target");
    int classes = lines.indexOf("-cp");
    assertEquals(
        List.of(
            target.resolve("dst-cli.jar") + ":" + target.resolve("lib") + "/*",
            "org.dst.cli.DstMain",
            "attach",
            "host/a b",
            "--name=",
            "--socket=/x y"),
        lines.subList(classes + 1, lines.size()));
    assertEquals("UTF-8", lines.get(2), "a file's name need not be plain ASCII");
    assertEquals(jdk + "\n", launch(":", "java-25").succeeded().out());
  }

  @Test
  void shouldKeepALocaleThatNamesEveryFile() {
    Result run = launch("export LC_ALL=C.UTF-8 LANG=xx_YY", "dstd").succeeded();
    assertEquals("UTF-8", run.out().lines().toList().get(2));
  }

  @Test
  void shouldSayThatTooFewFilesMayBeOpen() {
    String[] exports =
        Stream.iterate(0, i -> i + 1).limit(50).map(i -> i + "=/x").toArray(String[]::new);
    for (String limit : new String[] {"20", "100", "257"}) {
      launch("ulimit -n " + limit, "dstd", "export")
          .exited(3)
          .complainedOnce("only " + limit, "258");
    }
    launch("ulimit -n 300", "dstd", "export").succeeded();
    launch("ulimit -n 300", "dstd", exports)
        .exited(3)
        .complainedOnce("only 300 files may be open", "may need 356", "LimitNOFILE=");
  }

  @Test
  void shouldRaiseTheNumberOfFilesAsFarAsItMay() {
    List<String> limits = launch("ulimit -S -n 64", "dst").succeeded().out().lines().toList();
    assertEquals(limits.get(1), limits.get(0), "the soft limit and the hard one");
  }

  @Test
  void shouldGiveTheMemoryThatAskedForUnflushedWritesTake() {
    assertEquals("512m", directMemory("attach", "h/d"));
    assertEquals("512m", directMemory("attach", "h/d", "--unflushed-limit", "16M"));
    assertEquals("556m", directMemory("attach", "--unflushed-limit", "300M", "h/d"));
    assertEquals("2304m", directMemory("attach", "h/d", "--unflushed-limit=2G", "--socket=/x"));
    assertEquals("512m", directMemory("attach", "h/d", "--unflushed-limit", "lots"));
    assertEquals("512m", directMemory("attach", "h/d", "--unflushed-limit"));
  }

  private String directMemory(String... arguments) {
    String option = "-XX:MaxDirectMemorySize=";
    return launch(":", "dst", arguments)
        .succeeded()
        .out()
        .lines()
        .filter(line -> line.startsWith(option))
        .findFirst()
        .orElseThrow()
        .substring(option.length());
  }

  @Test
  void shouldSayThatJavaFindsNoClassesBehindAColon() throws IOException {
    Path moved = Files.move(directory.resolve("a clone"), directory.resolve("a:clone"));
    clone = moved.resolve("of dst");
    launch(":", "dst").exited(1).complainedOnce(clone.toString(), "has a colon in its name");
  }

  @Test
  void shouldTrustNoVariableThatServicesLack() throws IOException {
    List<String> found = new ArrayList<>();
    for (String name :
        new String[] {"bin", ".ci", "dst-system-tests/bench", "dst-system-tests/kernel"}) {
      try (Stream<Path> files = Files.list(ROOT.resolve(name))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.readString(file)
              .lines()
              .filter(line -> !line.startsWith("#") && TRUSTED.matcher(line).find())
              .forEach(line -> found.add(ROOT.relativize(file) + ": " + line.strip()));
        }
      }
    }
    assertEquals(List.of(), found, "expected: ${NAME:-something}");
    assertTrue(TRUSTED.matcher("cd \"$HOME\"").find());
  }
}
