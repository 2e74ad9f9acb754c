package org.dst.system.harness;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The two programs, run from the classes under test with assertions and leak detection enabled,
 * each on its own {@link Machine} unless a test names one.
 */
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

  /** Writes that were acknowledged are lost. */
  public static final int LOST_WRITES = 8;

  /** Acknowledged writes could not be flushed by a program that was told to stop. */
  public static final int UNFLUSHED_WRITES = 9;

  private Dst() {}

  /** Runs {@code dst} with these arguments to its end, on a machine of its own. */
  public static Result dst(String... arguments) {
    return Machine.create().dst(arguments);
  }

  /** Runs {@code dstd} with these arguments to its end, on a machine of its own. */
  public static Result dstd(String... arguments) {
    return Machine.create().dstd(arguments);
  }

  /** Starts {@code dstd export} on a machine of its own; its port is group 2. */
  public static Daemon export(String... arguments) {
    return Machine.create().export(arguments);
  }

  /** The address of a server that {@link #export} started. */
  public static String address(Daemon server) {
    return server.ready(1) + ":" + server.ready(2);
  }

  /** Starts {@code dst attach} on a machine of its own; where it listens is group 2. */
  public static Daemon attach(String... arguments) {
    return Machine.create().attach(arguments);
  }

  /** The class path of the programs: this one's without the tests' own classes and settings. */
  public static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes") && Files.exists(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
