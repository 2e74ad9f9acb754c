package org.dst.server.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What tests ask of the machine that only root can have; skips the test where it cannot be had. */
public final class Machine {
  private static final int COMMAND_SECONDS = 20;

  private Machine() {}

  /** A small file system in memory, gone at the end. */
  public record SmallDisk(Path directory) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      run("umount", directory.toString());
    }
  }

  /** A file as a block device. */
  public record LoopDevice(String path) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      run("losetup", "-d", path);
    }
  }

  /** Mounts a tmpfs. */
  public static SmallDisk smallDisk(Path directory, String size) throws IOException {
    assumeTrue(isRoot(), "a tmpfs needs root");
    Result mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString());
    assumeTrue(mounted.succeeded(), "no tmpfs here: " + mounted.output);
    return new SmallDisk(directory);
  }

  /** Makes a loop device of a file. */
  public static LoopDevice loopDevice(Path backing, String... options) throws IOException {
    assumeTrue(isRoot(), "a loop device needs root");
    String[] command = new String[options.length + 4];
    command[0] = "losetup";
    command[1] = "--find";
    command[2] = "--show";
    System.arraycopy(options, 0, command, 3, options.length);
    command[command.length - 1] = backing.toString();
    Result made = run(command);
    assumeTrue(made.succeeded(), "no loop devices here: " + made.output);
    return new LoopDevice(made.output.strip());
  }

  public static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /** Bytes that a file occupies. */
  public static long allocated(Path file) throws IOException {
    Result asked = run("stat", "-c", "%b", file.toString());
    return 512 * Long.parseLong(asked.output.strip());
  }

  /** What a command printed and how it ended. */
  public record Result(int exit, String output) {
    public boolean succeeded() {
      return exit == 0;
    }
  }

  /** Runs a command to its end; a missing one counts as failed. */
  public static Result run(String... command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Result(127, e.getMessage());
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " does not end");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return new Result(process.exitValue(), output);
  }
}
