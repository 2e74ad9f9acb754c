package org.dst.client.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel says about its nbd devices in {@code /sys}, {@code /proc} and {@code /dev}; opens
 * no device.
 */
final class DeviceFiles {
  private static final Pattern NAME = Pattern.compile("nbd(\\d{1,5})");
  private static final int SECTOR = 512;

  private final Path root;

  /**
   * A device at one moment.
   *
   * @param connected whether it has an owner
   * @param pid of the process that connected it, which may be gone; 0 if it is not connected
   * @param size bytes
   * @param block bytes of a sector
   * @param backend what its owner said when it connected it; null if nothing, or before Linux 5.14
   * @param queues of the kernel's, as many as connections
   */
  record State(boolean connected, long pid, long size, int block, String backend, int queues) {}

  /** The files below {@code root}, which is / in earnest. */
  DeviceFiles(Path root) {
    this.root = root;
  }

  /** Whether the kernel has the driver, and has it loaded. */
  boolean driverIsLoaded() {
    return Files.exists(root.resolve("sys/module/nbd")) || !indexes().isEmpty();
  }

  /** What to do when the driver is not loaded. */
  String driverAdvice(String release) {
    Path drivers = root.resolve("lib/modules/" + release + "/kernel/drivers/block");
    try (DirectoryStream<Path> found = Files.newDirectoryStream(drivers, "nbd.ko*")) {
      if (found.iterator().hasNext()) {
        return "the kernel's nbd driver is not loaded; run 'modprobe nbd' as root"
            + " (for every boot: echo nbd > /etc/modules-load.d/nbd.conf)";
      }
    } catch (IOException none) {
      // no modules at all: said below
    }
    return "this kernel (%s) has no nbd driver; run 'modprobe nbd', and if that finds none, install a kernel or package that has it (Debian: linux-image-amd64, Ubuntu: linux-modules-extra-%s)"
        .formatted(release, release);
  }

  /**
   * The number of a device by its path; of one that does not exist yet by its name.
   *
   * @throws IOException if it is no nbd device
   */
  int index(Path device) throws IOException {
    Path real = Files.exists(device) ? device.toRealPath() : device.toAbsolutePath().normalize();
    Matcher name = NAME.matcher(String.valueOf(real.getFileName()));
    boolean fits = name.matches() && real.getParent().endsWith("dev");
    if (!fits || Files.isRegularFile(real) || Files.isDirectory(real)) {
      throw new IOException(
          "%s is not an nbd device (expected: /dev/nbdN or auto)".formatted(device));
    }
    return Integer.parseInt(name.group(1));
  }

  /** The path of a device. */
  Path path(int index) {
    return root.resolve("dev/nbd" + index);
  }

  /** The devices that exist. */
  TreeSet<Integer> indexes() {
    TreeSet<Integer> found = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root.resolve("sys/block"), "nbd*")) {
      for (Path one : all) {
        Matcher name = NAME.matcher(one.getFileName().toString());
        if (name.matches()) {
          found.add(Integer.parseInt(name.group(1)));
        }
      }
    } catch (IOException none) {
      // a machine without block devices has no nbd devices
    }
    return found;
  }

  /** How a device is now; not connected if it does not exist. */
  State state(int index) {
    Path directory = directory(index);
    return new State(
        isConnected(index), // not by reading it: with no descriptor left it would seem to be gone
        number(text(directory.resolve("pid"))),
        number(text(directory.resolve("size"))) * SECTOR,
        (int) number(text(directory.resolve("queue/logical_block_size"))),
        text(directory.resolve("backend")),
        Math.max(1, count(directory.resolve("mq"))));
  }

  /** Whether a device has an owner; takes no lock of the device's. */
  boolean isConnected(int index) {
    return Files.exists(directory(index).resolve("pid"));
  }

  /** How often the kernel looks after requests that are not answered. */
  void lookAfterRequests(int index, Duration every) throws IOException {
    Files.writeString(
        directory(index).resolve("queue/io_timeout"), String.valueOf(every.toMillis()));
  }

  /**
   * Who in the kernel uses a device or a partition of it; null if this process sees nobody. A mount
   * in another namespace is not seen.
   */
  String usage(int index) throws IOException {
    for (Path part : parts(index)) {
      String name = part.getFileName().toString();
      String mounted = mountPoint(name, text(part.resolve("dev")));
      if (mounted != null) {
        return "mounted on " + mounted;
      }
      if (lines("proc/swaps").stream().anyMatch(line -> line.startsWith("/dev/" + name + " "))) {
        return "used as swap";
      }
      try (DirectoryStream<Path> holders = Files.newDirectoryStream(part.resolve("holders"))) {
        for (Path holder : holders) {
          return "part of " + holder.getFileName();
        }
      } catch (NoSuchFileException none) {
        // it is gone, or has no such directory
      }
    }
    return null;
  }

  private List<Path> parts(int index) throws IOException {
    Path directory = directory(index);
    List<Path> parts = new ArrayList<>(List.of(directory));
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "nbd*p*")) {
      found.forEach(parts::add);
    } catch (NoSuchFileException none) {
      // it is gone
    }
    return parts;
  }

  /** Looks for a device's number or, for file systems that have their own, its name. */
  private String mountPoint(String name, String number) throws IOException {
    for (String line : lines("proc/self/mountinfo")) {
      String[] fields = line.split(" ");
      int dash = List.of(fields).indexOf("-");
      boolean named =
          dash > 0 && fields.length > dash + 2 && fields[dash + 2].equals("/dev/" + name);
      if (fields.length > 4 && (fields[2].equals(number) || named)) {
        return fields[4];
      }
    }
    return null;
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(root.resolve(file));
  }

  private Path directory(int index) {
    return root.resolve("sys/block/nbd" + index);
  }

  private static int count(Path directory) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      int count = 0;
      for (Path one : found) {
        count += one == null ? 0 : 1;
      }
      return count;
    } catch (IOException none) {
      return 0;
    }
  }

  private static long number(String text) {
    return text == null || !text.matches("\\d{1,18}") ? 0 : Long.parseLong(text);
  }

  private static String text(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? null : text;
    } catch (IOException none) {
      return null; // files of /sys come and go with the connection
    }
  }
}
