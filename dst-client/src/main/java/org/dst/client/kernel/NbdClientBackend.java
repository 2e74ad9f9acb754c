package org.dst.client.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Lets the program nbd-client speak to the kernel. It knows no dead-connection timeout and cannot
 * give a living device new sockets, so a device that was connected so ends with this process.
 */
final class NbdClientBackend implements NbdBackend {
  static final String PROGRAM = "nbd-client";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path program;
  private final DeviceFiles files;
  private final DeviceOptions options;

  NbdClientBackend(Path program, DeviceFiles files, DeviceOptions options) {
    this.program = program;
    this.files = files;
    this.options = options;
  }

  @Override
  public String name() {
    return PROGRAM;
  }

  @Override
  public boolean handsOver() {
    return false;
  }

  @Override
  public boolean makesDevices() {
    return false;
  }

  @Override
  public void connect(int index, DeviceSource source) throws IOException, InterruptedException {
    run(command(program, files.path(index), source, options));
  }

  /**
   * The command line that connects; timeout 0 leaves it to the session how long a request takes.
   */
  static List<String> command(
      Path program, Path device, DeviceSource source, DeviceOptions options) {
    return List.of(
        program.toString(),
        "-unix",
        source.socket().toString(),
        device.toString(),
        "-N",
        source.info().name(),
        "-b",
        String.valueOf(source.block(options.block())),
        "-C",
        String.valueOf(options.connections()),
        "-timeout",
        "0");
  }

  /** nbd-client has no command for it, but connects by netlink if the driver speaks that. */
  @Override
  public void resize(int index, long size) throws IOException {
    try (NbdFamily family = NbdFamily.find()) {
      if (family == null) {
        throw new IOException("the kernel's nbd driver has no netlink interface");
      }
      family.resize(index, null, size);
    }
  }

  @Override
  public void disconnect(int index) throws IOException, InterruptedException {
    run(List.of(program.toString(), "-d", files.path(index).toString()));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    ProcessRunner.Outcome outcome = ProcessRunner.run(command, PATIENCE);
    if (!outcome.succeeded()) {
      throw new IOException(
          "'%s' %s: %s"
              .formatted(
                  String.join(" ", command),
                  outcome.exit() < 0
                      ? "did not end within " + PATIENCE.toSeconds() + " s"
                      : "ended with " + outcome.exit(),
                  outcome.output().replace('\n', ' ')));
    }
  }

  @Override
  public void close() {
    // keeps nothing open
  }
}
