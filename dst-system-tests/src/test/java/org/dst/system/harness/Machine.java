package org.dst.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the programs take for one machine: a state directory that persists across restarts. Two
 * machines of a test share the network and the files, but not their state.
 */
public final class Machine {
  private static final Pattern LISTENING =
      Pattern.compile("^dstd: listening on (\\S+):(\\d+) (.*)$");
  private static final Pattern ATTACHED = Pattern.compile("^dst: attached (\\S+) .* on (\\S+)$");
  private static final Path ALL = createDirectoryOfAll();

  private final Path state;

  private Machine(Path state) {
    this.state = state;
  }

  /** A machine on which nothing has run yet. */
  public static Machine create() {
    try {
      return new Machine(Files.createTempDirectory(ALL, "machine"));
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Another machine that remembers what this one does: its state directory was copied. */
  public Machine copy() {
    Machine copy = create();
    Command.run("cp", "-a", state + "/.", copy.state.toString()).succeeded();
    return copy;
  }

  private static Path createDirectoryOfAll() {
    try {
      Path all = Files.createTempDirectory("dst-machines");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(all)));
      return all;
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Removes a directory with all that is in it. */
  static void remove(Path all) {
    try (Stream<Path> files = Files.walk(all)) {
      List<Path> deepestFirst = new ArrayList<>(files.toList());
      Collections.reverse(deepestFirst);
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException cause) {
      System.err.println("cannot remove the machines' state: " + cause);
    }
  }

  /** Runs {@code dst} with these arguments to its end. */
  public Result dst(String... arguments) {
    return Command.run(60, command("org.dst.cli.DstMain", List.of(arguments)), environment());
  }

  /** Runs {@code dstd} with these arguments to its end. */
  public Result dstd(String... arguments) {
    return Command.run(60, command("org.dst.cli.DstdMain", List.of(arguments)), environment());
  }

  /** Starts {@code dstd export} on a free port of the loopback; its port is group 2. */
  public Daemon export(String... arguments) {
    return exportOn("127.0.0.1:0", arguments);
  }

  /** Starts {@code dstd export} on an address. */
  public Daemon exportOn(String address, String... arguments) {
    return exportBehind(List.of(), address, arguments);
  }

  /** Starts {@code dstd export} by a command that takes a command, like {@code strace -D}. */
  public Daemon exportBehind(List<String> launcher, String address, String... arguments) {
    List<String> all = new ArrayList<>(List.of("export", "--listen", address));
    all.addAll(Arrays.asList(arguments));
    List<String> command = new ArrayList<>(launcher);
    command.addAll(command("org.dst.cli.DstdMain", all));
    return Daemon.start(command, environment(), LISTENING);
  }

  /** Starts {@code dst attach}; where it listens is group 2. */
  public Daemon attach(String... arguments) {
    return attachBehind(List.of(), arguments);
  }

  /** Starts {@code dst attach} by a command that takes a command, like {@code ip netns exec}. */
  public Daemon attachBehind(List<String> launcher, String... arguments) {
    List<String> all = new ArrayList<>(List.of("attach"));
    all.addAll(Arrays.asList(arguments));
    List<String> command = new ArrayList<>(launcher);
    command.addAll(command("org.dst.cli.DstMain", all));
    return Daemon.start(command, environment(), ATTACHED);
  }

  /** What {@code dst status} says of the only attachment here. */
  public Status attachmentStatus() {
    return Status.ofAttachment(dst("status", "--json"));
  }

  /** What {@code dstd status} says of the only export here. */
  public Status exportStatus() {
    return Status.ofExport(dstd("status", "--json"));
  }

  private Map<String, String> environment() {
    return Map.of("DST_STATE_DIR", state.toString());
  }

  private static List<String> command(String main, List<String> arguments) {
    List<String> command = java(ClassCache.options());
    command.add(main);
    command.addAll(arguments);
    return command;
  }

  /** The JVM of the programs, with these options and its usual ones. */
  static List<String> java(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-ea:org.dst...",
            "-Dio.netty.leakDetection.level=paranoid"));
    command.addAll(options);
    return command;
  }
}
