package org.dst.system.harness;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The two programs, run from the classes under test with assertions and leak detection on. */
public final class Dst {
  /** The program ended as it should. */
  public static final int OK = 0;

  /** Bad command line. */
  public static final int USAGE = 2;

  /** Something of this machine is in the way: a file, a socket path, a port. */
  public static final int CONFIGURATION = 3;

  /** The server cannot be reached. */
  public static final int UNREACHABLE = 4;

  /** The server refused. */
  public static final int REFUSED = 5;

  /** The peer does not speak DST. */
  public static final int NOT_DST = 6;

  private static final Pattern LISTENING = Pattern.compile("^dstd: listening on (\\S+):(\\d+) ");
  private static final Pattern ATTACHED = Pattern.compile("^dst: attached (\\S+) .* on (\\S+)$");

  private Dst() {}

  /** Runs {@code dst} with these arguments to its end. */
  public static Result dst(String... arguments) {
    return Command.run(60, command("org.dst.cli.DstMain", arguments));
  }

  /** Runs {@code dstd} with these arguments to its end. */
  public static Result dstd(String... arguments) {
    return Command.run(60, command("org.dst.cli.DstdMain", arguments));
  }

  /** Starts {@code dstd export} on a free port of the loopback; its port is group 2. */
  public static Daemon export(String... arguments) {
    List<String> all = new ArrayList<>(List.of("export", "--listen", "127.0.0.1:0"));
    all.addAll(List.of(arguments));
    return Daemon.start(command("org.dst.cli.DstdMain", all.toArray(String[]::new)), LISTENING);
  }

  /** The address of a server that {@link #export} started. */
  public static String address(Daemon server) {
    return server.ready(1) + ":" + server.ready(2);
  }

  /** Starts {@code dst attach}; where it listens is group 2. */
  public static Daemon attach(String... arguments) {
    List<String> all = new ArrayList<>(List.of("attach"));
    all.addAll(List.of(arguments));
    return Daemon.start(command("org.dst.cli.DstMain", all.toArray(String[]::new)), ATTACHED);
  }

  private static List<String> command(String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-ea:org.dst...",
            "-Dio.netty.leakDetection.level=paranoid",
            main));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The class path of the programs: this one's without the tests' own classes and settings. */
  static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
