package org.dst.server.medium;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dst.server.syscall.FileStatus.DeviceNumber;

/**
 * Reads the marks of a block device that survive a reboot from udev and sysfs. Its name and number
 * do not survive.
 */
final class DeviceMarks {
  /** CRYPT-LUKS2-UUID-NAME: the name at the end is only what the mapping was called. */
  private static final Pattern CRYPT = Pattern.compile("(CRYPT-[A-Z0-9]+-[0-9a-f]{32})-.*");

  private final Sysfs sysfs;

  DeviceMarks(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** The marks of a device: a disk, partition, mapping or array. */
  MediumMarks read(DeviceNumber device) {
    Map<Mark, String> marks = new EnumMap<>(Mark.class);
    Path directory = sysfs.directory(device);
    Path disk = directory;
    DeviceNumber whole = device;
    if (Files.exists(directory.resolve("partition"))) {
      partition(device, directory, marks);
      disk = directory.getParent();
      whole = number(disk, device);
    }
    disk(whole, disk, marks);
    return new MediumMarks(marks);
  }

  private void partition(DeviceNumber device, Path directory, Map<Mark, String> marks) {
    marks.put(Mark.PARTITION_START, Sysfs.attribute(directory, "start"));
    String uuid = Sysfs.variable(directory, "PARTUUID");
    marks.put(
        Mark.PARTITION_UUID, uuid.isEmpty() ? sysfs.property(device, "ID_PART_ENTRY_UUID") : uuid);
  }

  private void disk(DeviceNumber device, Path directory, Map<Mark, String> marks) {
    marks.put(Mark.WWID, first(directory, "wwid", "device/wwid", "device/cid"));
    marks.put(Mark.SERIAL, first(directory, "serial", "device/serial"));
    marks.put(Mark.BACKEND, Sysfs.attribute(directory, "backend"));
    String mapper = Sysfs.attribute(directory, "dm/uuid");
    marks.put(Mark.DM_UUID, mapperUuid(mapper));
    marks.put(Mark.MD_UUID, array(Sysfs.attribute(directory, "md/uuid")));
    marks.put(Mark.UDEV_MD_UUID, sysfs.property(device, "MD_UUID"));
    if (mapper.isEmpty()) { // udev gives a mapping the serial number of what is below it
      marks.put(Mark.UDEV_SERIAL, sysfs.property(device, "ID_SERIAL"));
      marks.put(Mark.UDEV_WWN, sysfs.property(device, "ID_WWN_WITH_EXTENSION"));
    }
  }

  private static String first(Path directory, String... names) {
    for (String name : names) {
      String value = Sysfs.attribute(directory, name);
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private static String mapperUuid(String uuid) {
    if (!uuid.startsWith("CRYPT-")) {
      return uuid;
    }
    Matcher luks = CRYPT.matcher(uuid);
    return luks.matches() ? luks.group(1) : ""; // a plain mapping has a name only
  }

  /** An array without a superblock has a UUID of zeroes, which says nothing. */
  private static String array(String uuid) {
    return uuid.matches("[0-]*") ? "" : uuid;
  }

  private static DeviceNumber number(Path directory, DeviceNumber otherwise) {
    String[] parts = Sysfs.attribute(directory, "dev").split(":");
    try {
      return new DeviceNumber(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
      return otherwise;
    }
  }
}
