package org.dst.server.medium;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.server.syscall.FileStatus.DeviceNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trees as the kernel and udev show them, for what not every machine has. */
@Timeout(20)
class DeviceMarksTest {
  @TempDir private Path root;

  private Path device(int major, int minor, String path) throws IOException {
    Path directory = Files.createDirectories(root.resolve("sys/devices/" + path));
    Files.writeString(directory.resolve("dev"), major + ":" + minor + "\n");
    Path numbers = Files.createDirectories(root.resolve("sys/dev/block"));
    Files.createSymbolicLink(
        numbers.resolve(major + ":" + minor), Path.of("../../devices/" + path));
    return directory;
  }

  private static void attribute(Path device, String name, String value) throws IOException {
    Path file = device.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
  }

  private void udev(int major, int minor, String... properties) throws IOException {
    StringBuilder text = new StringBuilder("S:disk/by-id/something\nI:123\n");
    for (String property : properties) {
      text.append("E:").append(property).append('\n');
    }
    Path data = Files.createDirectories(root.resolve("run/udev/data"));
    Files.writeString(data.resolve("b" + major + ":" + minor), text);
  }

  private String read(int major, int minor) {
    return new DeviceMarks(new Sysfs(root)).read(new DeviceNumber(major, minor)).toString();
  }

  @Test
  void shouldReadWhatADiskSaysOfItself() throws IOException {
    Path disk = device(8, 16, "pci/ata2/block/sdb");
    attribute(disk, "device/wwid", "t10.ATA     Disk of ours                     4711  ");
    udev(8, 16, "ID_SERIAL=Disk_of_ours_4711", "ID_WWN_WITH_EXTENSION=0x5000c500", "ID_FS_UUID=x");
    assertEquals(
        "wwid t10.ATA     Disk of ours                     4711, udev serial Disk_of_ours_4711,"
            + " wwn 0x5000c500",
        read(8, 16));
    attribute(device(259, 0, "pci/nvme/nvme0/nvme0n1"), "wwid", "eui.0025385b");
    assertEquals("wwid eui.0025385b", read(259, 0));
    attribute(device(254, 0, "pci/virtio1/block/vda"), "serial", "ours");
    assertEquals("serial ours", read(254, 0));
    attribute(device(43, 0, "virtual/block/nbd0"), "backend", "0c4c4a5e");
    assertEquals("backend 0c4c4a5e", read(43, 0));
  }

  @Test
  void shouldReadAPartitionAndItsDisk() throws IOException {
    Path disk = device(8, 0, "pci/ata1/block/sda");
    attribute(disk, "device/wwid", "naa.5000");
    Path one = device(8, 1, "pci/ata1/block/sda/sda1");
    attribute(one, "partition", "1");
    attribute(one, "start", "2048");
    udev(8, 0, "ID_SERIAL=S");
    udev(8, 1, "ID_SERIAL=S", "ID_PART_ENTRY_UUID=1b5d");
    assertEquals("wwid naa.5000, udev serial S, partition 1b5d, from sector 2048", read(8, 1));
    attribute(one, "uevent", "DEVNAME=sda1\nPARTN=1\nPARTUUID=77aa");
    assertEquals("wwid naa.5000, udev serial S, partition 77aa, from sector 2048", read(8, 1));
  }

  @Test
  void shouldReadAVolumeWithoutItsName() throws IOException {
    attribute(device(253, 0, "virtual/block/dm-0"), "dm/uuid", "LVM-aBcDeF");
    udev(253, 0, "ID_SERIAL=of the disk below", "DM_NAME=vg-lv");
    assertEquals("dm uuid LVM-aBcDeF", read(253, 0));
    String luks = "CRYPT-LUKS2-0123456789abcdef0123456789abcdef";
    attribute(device(253, 1, "virtual/block/dm-1"), "dm/uuid", luks + "-myname");
    assertEquals("dm uuid " + luks, read(253, 1));
    attribute(device(253, 2, "virtual/block/dm-2"), "dm/uuid", "CRYPT-PLAIN-myname");
    assertEquals("nothing known", read(253, 2));
    attribute(device(253, 3, "virtual/block/dm-3"), "dm/uuid", "");
    assertEquals("nothing known", read(253, 3));
  }

  @Test
  void shouldReadAnArrayByWhicheverWayThereIs() throws IOException {
    Path array = device(9, 127, "virtual/block/md127");
    udev(9, 127, "MD_UUID=a1b2c3d4:00000000:11111111:22222222", "MD_NAME=host:0");
    assertEquals("array a1b2c3d4:00000000:11111111:22222222", read(9, 127));
    attribute(array, "md/uuid", "a1b2c3d4-0000-0000-1111-111122222222");
    assertEquals(
        "md uuid a1b2c3d4-0000-0000-1111-111122222222, array"
            + " a1b2c3d4:00000000:11111111:22222222",
        read(9, 127));
    attribute(device(9, 1, "virtual/block/md1"), "md/uuid", "00000000-0000-0000-0000-000000000000");
    assertEquals("nothing known", read(9, 1));
  }

  @Test
  void shouldKnowNothingOfADeviceThatNobodyDescribes() throws IOException {
    assertEquals("nothing known", read(8, 99));
    device(1, 0, "virtual/block/ram0");
    assertEquals("nothing known", read(1, 0));
  }
}
