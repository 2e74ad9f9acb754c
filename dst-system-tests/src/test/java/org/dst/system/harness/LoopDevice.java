package org.dst.system.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** A file as a block device, which requires root; tests skip where that is not available. */
public final class LoopDevice implements AutoCloseable {
  private final Path device;
  private boolean set = true;

  private LoopDevice(Path device) {
    this.device = device;
  }

  /** A device that shows a file; the kernel picks its name. */
  public static LoopDevice of(Path image) {
    Result made = Command.run("losetup", "--find", "--show", image.toString());
    assumeTrue(made.exit() == 0, () -> "no loop device: " + made.err().strip());
    return new LoopDevice(Path.of(made.out().strip()));
  }

  /** Its name. */
  public Path path() {
    return device;
  }

  /**
   * Shows another file under the same name, as after a restart of the machine. Nobody has it open.
   */
  public void show(Path image) {
    close();
    Result made = Command.run("losetup", device.toString(), image.toString());
    assumeTrue(made.exit() == 0, () -> device + " went to somebody else: " + made.err().strip());
    set = true;
  }

  @Override
  public void close() {
    if (set) {
      set = false;
      Command.run("losetup", "--detach", device.toString()).succeeded();
    }
  }
}
