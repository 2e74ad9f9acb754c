package org.dst.server.medium;

import static org.dst.server.medium.Mark.BACKEND;
import static org.dst.server.medium.Mark.BIRTH;
import static org.dst.server.medium.Mark.BLOCK;
import static org.dst.server.medium.Mark.DM_UUID;
import static org.dst.server.medium.Mark.FS_ID;
import static org.dst.server.medium.Mark.FS_TYPE;
import static org.dst.server.medium.Mark.FS_UUID;
import static org.dst.server.medium.Mark.INODE;
import static org.dst.server.medium.Mark.KIND;
import static org.dst.server.medium.Mark.LOOP_LIMIT;
import static org.dst.server.medium.Mark.LOOP_OFFSET;
import static org.dst.server.medium.Mark.MD_UUID;
import static org.dst.server.medium.Mark.PARTITION_START;
import static org.dst.server.medium.Mark.PARTITION_UUID;
import static org.dst.server.medium.Mark.SERIAL;
import static org.dst.server.medium.Mark.SIZE;
import static org.dst.server.medium.Mark.TAG;
import static org.dst.server.medium.Mark.UDEV_MD_UUID;
import static org.dst.server.medium.Mark.UDEV_SERIAL;
import static org.dst.server.medium.Mark.WWID;
import static org.dst.server.medium.MarkComparison.DIFFERENT;
import static org.dst.server.medium.MarkComparison.SAME;
import static org.dst.server.medium.MarkComparison.UNRECOGNISABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MediumMarksTest {
  private static final MediumMarks FILE =
      marks(
          KIND, "file", FS_TYPE, "ef53", FS_UUID, "u1", FS_ID, "f1", INODE, "12", BIRTH, "t1", TAG,
          "a", SIZE, "4096");
  private static final MediumMarks DISK =
      marks(KIND, "device", BLOCK, "512", SIZE, "1000000", WWID, "naa.1", SERIAL, "S1");
  private static final MediumMarks PARTITION =
      DISK.with(PARTITION_START, "2048").with(PARTITION_UUID, "p1");
  private static final MediumMarks LOOP =
      marks(
          KIND,
          "device",
          BLOCK,
          "512",
          SIZE,
          "4096",
          LOOP_OFFSET,
          "0",
          LOOP_LIMIT,
          "0",
          FS_TYPE,
          "ef53",
          FS_UUID,
          "u1",
          FS_ID,
          "f1",
          INODE,
          "12",
          BIRTH,
          "t1");
  private static final MediumMarks BARE = marks(KIND, "device", BLOCK, "512", SIZE, "1000000");

  private static MediumMarks marks(Object... pairs) {
    Map<Mark, String> marks = new EnumMap<>(Mark.class);
    for (int i = 0; i < pairs.length; i += 2) {
      marks.put((Mark) pairs[i], (String) pairs[i + 1]);
    }
    return new MediumMarks(marks);
  }

  private static MediumMarks without(MediumMarks marks, Mark... gone) {
    Map<Mark, String> left = new EnumMap<>(Mark.class);
    left.putAll(marks.values());
    for (Mark mark : gone) {
      left.remove(mark);
    }
    return new MediumMarks(left);
  }

  private static void assertRecognised(
      MarkComparison expected, MediumMarks recorded, MediumMarks present) {
    assertEquals(
        expected,
        MediumMarks.compare(recorded, present),
        () -> "recorded " + recorded + "; present " + present);
  }

  @Test
  void shouldRecogniseWhatHasNotChanged() {
    for (MediumMarks marks : new MediumMarks[] {FILE, DISK, PARTITION, LOOP}) {
      assertRecognised(SAME, marks, marks);
    }
  }

  @Test
  void shouldTakeNothingThatDiffersForTheSame() {
    for (MediumMarks marks : new MediumMarks[] {FILE, DISK, PARTITION, LOOP}) {
      for (Mark mark : marks.values().keySet()) {
        boolean resized = mark == SIZE;
        boolean renumbered = mark == FS_ID;
        assertRecognised(
            resized || renumbered ? SAME : DIFFERENT, marks, marks.with(mark, "another"));
      }
    }
  }

  @Test
  void shouldNotTakeACopyForTheFileAlthoughItHasTheTag() {
    assertRecognised(DIFFERENT, FILE, FILE.with(INODE, "13").with(BIRTH, "t2"));
    assertRecognised(DIFFERENT, FILE, FILE.with(INODE, "13"));
    assertRecognised(DIFFERENT, FILE, FILE.with(FS_UUID, "u2"));
  }

  @Test
  void shouldNotTakeAnInodeThatWasGivenAgainForTheFile() {
    assertRecognised(DIFFERENT, FILE, FILE.with(BIRTH, "t2"));
    MediumMarks noBirth = without(FILE, BIRTH);
    assertRecognised(DIFFERENT, noBirth, noBirth.with(TAG, "b"));
    assertRecognised(DIFFERENT, noBirth, without(noBirth, TAG));
  }

  @Test
  void shouldForgiveATagThatIsGoneWhereTheInodeIsTheSame() {
    assertRecognised(SAME, FILE, without(FILE, TAG));
    assertRecognised(SAME, without(FILE, BIRTH), FILE);
  }

  @Test
  void shouldAskForTheFileSystemsIdWhereThereIsNoUuid() {
    MediumMarks noUuid = without(FILE, FS_UUID);
    assertRecognised(SAME, noUuid, noUuid);
    assertRecognised(SAME, noUuid, FILE);
    assertRecognised(SAME, FILE, noUuid);
    assertRecognised(DIFFERENT, noUuid, noUuid.with(FS_ID, "f2"));
    assertRecognised(DIFFERENT, FILE, noUuid.with(FS_ID, "f2"));
    assertRecognised(DIFFERENT, FILE, without(FILE, FS_UUID, FS_ID));
  }

  @Test
  void shouldTellABtrfsSnapshotByTheFileSystemsId() {
    MediumMarks btrfs = FILE.with(FS_TYPE, "9123683e");
    assertRecognised(SAME, btrfs, btrfs);
    assertRecognised(DIFFERENT, btrfs, btrfs.with(FS_ID, "f2"));
    assertRecognised(DIFFERENT, btrfs, without(btrfs, FS_ID));
  }

  @Test
  void shouldNotTakeADiskForItsPartitionNorTheOtherWayRound() {
    assertRecognised(DIFFERENT, DISK, PARTITION);
    assertRecognised(DIFFERENT, PARTITION, DISK);
    assertRecognised(DIFFERENT, FILE, LOOP);
  }

  @Test
  void shouldNotTakeACloneOfAPartitionForIt() {
    MediumMarks onUnmarkedDisk = without(PARTITION, WWID, SERIAL);
    assertRecognised(DIFFERENT, PARTITION, onUnmarkedDisk);
    assertRecognised(DIFFERENT, PARTITION, PARTITION.with(WWID, "naa.2"));
    assertRecognised(DIFFERENT, onUnmarkedDisk, PARTITION);
    assertRecognised(SAME, onUnmarkedDisk, onUnmarkedDisk);
  }

  @Test
  void shouldRecogniseAPartitionWhoseUuidCanBeReadNow() {
    assertRecognised(SAME, without(PARTITION, PARTITION_UUID), PARTITION);
  }

  @Test
  void shouldLetMarksOfOneGroupStandForEachOther() {
    assertRecognised(SAME, DISK, without(DISK, SERIAL));
    assertRecognised(SAME, DISK, without(DISK, WWID).with(UDEV_SERIAL, "x"));
    assertRecognised(DIFFERENT, DISK, without(DISK, WWID, SERIAL).with(UDEV_SERIAL, "x"));
    MediumMarks array = BARE.with(MD_UUID, "m1").with(UDEV_MD_UUID, "m:1");
    assertRecognised(SAME, array, without(array, UDEV_MD_UUID));
    assertRecognised(DIFFERENT, array, BARE);
  }

  @Test
  void shouldRecogniseAVolumeThatHasGrown() {
    MediumMarks volume = BARE.with(DM_UUID, "LVM-1");
    assertRecognised(SAME, volume, volume.with(SIZE, "2000000"));
    assertRecognised(DIFFERENT, volume, volume.with(DM_UUID, "LVM-2"));
    assertRecognised(DIFFERENT, volume, BARE.with(BACKEND, "LVM-1"));
  }

  @Test
  void shouldKnowADeviceWithoutAnyLastingMarkByItsSizeAtMost() {
    assertRecognised(UNRECOGNISABLE, BARE, BARE);
    assertRecognised(DIFFERENT, BARE, BARE.with(SIZE, "2000000"));
    assertRecognised(DIFFERENT, BARE, BARE.with(BLOCK, "4096"));
    assertRecognised(DIFFERENT, BARE, DISK);
    assertFalse(BARE.hasLasting());
    assertTrue(DISK.hasLasting());
  }

  @Test
  void shouldKnowAFileWithoutAnyLastingMarkByItsInodeAtMost() {
    MediumMarks file = without(FILE, BIRTH, TAG);
    assertRecognised(UNRECOGNISABLE, file, file.with(SIZE, "8192"));
    assertRecognised(DIFFERENT, file, file.with(INODE, "13"));
  }

  @Test
  void shouldNotTakeALoopDeviceOfAFileThatCannotBeSeenForTheFormer() {
    assertRecognised(DIFFERENT, LOOP, without(LOOP, BIRTH, FS_UUID, FS_ID, FS_TYPE));
  }

  @Test
  void shouldReadTheKeysThatItWrites() {
    for (Mark mark : Mark.values()) {
      assertEquals(mark, Mark.of(mark.key()));
    }
  }
}
