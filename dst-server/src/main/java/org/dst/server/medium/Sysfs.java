package org.dst.server.medium;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.server.syscall.FileStatus.DeviceNumber;

/**
 * Reads what sysfs and udev know of block devices. Unknown or unreadable attributes are the empty
 * string.
 */
final class Sysfs {
  /** The longest attribute to read. */
  private static final int MAX_BYTES = 4096;

  private final Path root;

  /**
   * A reader below a root directory.
   *
   * @param root contains {@code sys} and {@code run/udev}
   */
  Sysfs(Path root) {
    this.root = root;
  }

  /** A device's directory; may not exist. */
  Path directory(DeviceNumber device) {
    Path link = root.resolve("sys/dev/block/" + device.major() + ":" + device.minor());
    try {
      return link.toRealPath();
    } catch (IOException unknown) {
      return link;
    }
  }

  /** An attribute of a device: one line, stripped. */
  static String attribute(Path device, String name) {
    Path file = device.resolve(name);
    try (var in = Files.newInputStream(file)) {
      // Some identifiers of disks are padded with blanks or zeros.
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1)
          .replaceAll("[\\p{Cntrl}]+", " ")
          .strip();
    } catch (IOException unknown) {
      return "";
    }
  }

  /** A property of udev's database (/run/udev/data/bMAJOR:MINOR). */
  String property(DeviceNumber device, String name) {
    Path file = root.resolve("run/udev/data/b" + device.major() + ":" + device.minor());
    return line(file, "E:" + name + "=");
  }

  /** A variable of a device's uevent file. */
  static String variable(Path device, String name) {
    return line(device.resolve("uevent"), name + "=");
  }

  private static String line(Path file, String start) {
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(start)) {
          return line.substring(start.length()).strip();
        }
      }
    } catch (IOException unknown) {
      // As if the line were not there.
    }
    return "";
  }
}
