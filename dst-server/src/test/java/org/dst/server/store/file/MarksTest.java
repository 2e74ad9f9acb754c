package org.dst.server.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dst.server.medium.Mark;
import org.dst.server.medium.MarkComparison;
import org.dst.server.medium.MediumMarks;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Machine;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The marks of real files and loop devices. */
@Timeout(60)
class MarksTest {
  private static final int SIZE = 1 << 20;

  @TempDir private Path directory;
  private Path image;

  @BeforeEach
  void makeImage() throws IOException {
    image = directory.resolve("a.img");
    make(image);
  }

  private static void make(Path path) throws IOException {
    Stores.open(path.toString(), StoreOptions.DEFAULT.withCreateSize(SIZE)).close();
  }

  private static MediumMarks marks(String path) throws IOException {
    try (BlockStore store = Stores.open(path, StoreOptions.DEFAULT)) {
      return store.marks();
    }
  }

  private static MediumMarks tagged(Path path, String tag) throws IOException {
    try (BlockStore store = Stores.open(path.toString(), StoreOptions.DEFAULT)) {
      assumeTrue(store.leave(tag), "this file system keeps no user attributes");
      return store.marks();
    }
  }

  private static void assertRecognised(
      MarkComparison expected, MediumMarks recorded, MediumMarks present) {
    assertEquals(
        expected,
        MediumMarks.compare(recorded, present),
        () -> "recorded " + recorded + "; present " + present);
  }

  @Test
  void shouldRecogniseAFileThatWasRenamedAndHasGrown() throws IOException {
    MediumMarks recorded = marks(image.toString());
    Path renamed = Files.move(image, directory.resolve("b.img"));
    try (BlockStore store = Stores.open(renamed.toString(), StoreOptions.DEFAULT)) {
      store.resize(2 * SIZE);
    }
    assertRecognised(MarkComparison.SAME, recorded, marks(renamed.toString()));
  }

  @Test
  void shouldKeepATagAcrossOpenings() throws IOException {
    assertNull(marks(image.toString()).get(Mark.TAG));
    MediumMarks recorded = tagged(image, "a tag");
    assertEquals("a tag", recorded.get(Mark.TAG));
    assertEquals(recorded, marks(image.toString()));
  }

  @Test
  void shouldNotTakeACopyForTheFileAlthoughTheTagWasCopied() throws IOException {
    MediumMarks recorded = tagged(image, "a tag");
    Path copy = directory.resolve("copy.img");
    Machine.Result copied = Machine.run("cp", "-a", image.toString(), copy.toString());
    assertTrue(copied.succeeded(), copied.output());
    MediumMarks present = marks(copy.toString());
    assertEquals("a tag", present.get(Mark.TAG));
    assertRecognised(MarkComparison.DIFFERENT, recorded, present);
  }

  @Test
  void shouldNotTakeAFileThatReplacedItForIt() throws IOException {
    MediumMarks recorded = marks(image.toString());
    Path other = directory.resolve("other.img");
    make(other);
    Files.move(other, image, StandardCopyOption.REPLACE_EXISTING);
    assertRecognised(MarkComparison.DIFFERENT, recorded, marks(image.toString()));
  }

  @Test
  void shouldReadWhatIsOpenWhateverThePathLeadsTo() throws IOException {
    MediumMarks recorded = marks(image.toString());
    try (BlockStore store = Stores.open(image.toString(), StoreOptions.DEFAULT)) {
      Files.move(image, directory.resolve("moved.img"));
      make(image);
      assertEquals(recorded, store.marks());
    }
  }

  @Test
  void shouldRecogniseALoopDeviceByItsFileWhateverItsNumber() throws IOException {
    MediumMarks recorded;
    try (Machine.LoopDevice loop = Machine.loopDevice(image)) {
      recorded = marks(loop.path());
      assertTrue(recorded.hasLasting(), recorded::toString);
    }
    Path other = directory.resolve("b.img");
    make(other);
    try (Machine.LoopDevice inItsPlace = Machine.loopDevice(other);
        Machine.LoopDevice elsewhere = Machine.loopDevice(image)) {
      assertRecognised(MarkComparison.DIFFERENT, recorded, marks(inItsPlace.path()));
      assertRecognised(MarkComparison.SAME, recorded, marks(elsewhere.path()));
    }
  }

  @Test
  void shouldNotTakeAnotherPartOfTheFileForTheLoopDevice() throws IOException {
    MediumMarks recorded;
    try (Machine.LoopDevice loop = Machine.loopDevice(image)) {
      recorded = marks(loop.path());
    }
    try (Machine.LoopDevice loop = Machine.loopDevice(image, "--offset", "4096")) {
      assertRecognised(MarkComparison.DIFFERENT, recorded, marks(loop.path()));
    }
    try (Machine.LoopDevice loop = Machine.loopDevice(image, "--sizelimit", "65536")) {
      assertRecognised(MarkComparison.DIFFERENT, recorded, marks(loop.path()));
    }
  }

  @Test
  void shouldNotBelieveThePathOfALoopDevicesFile() throws IOException {
    MediumMarks recorded;
    Path other = directory.resolve("b.img");
    make(other);
    try (Machine.LoopDevice loop = Machine.loopDevice(other)) {
      recorded = marks(loop.path());
    }
    try (Machine.LoopDevice loop = Machine.loopDevice(image)) {
      // The kernel names a.img still, where now the other file is.
      Files.move(other, image, StandardCopyOption.REPLACE_EXISTING);
      assertRecognised(MarkComparison.DIFFERENT, recorded, marks(loop.path()));
    }
  }

  @Test
  void shouldRecogniseALoopDeviceOverALoopDevice() throws IOException {
    MediumMarks recorded;
    try (Machine.LoopDevice below = Machine.loopDevice(image);
        Machine.LoopDevice loop = Machine.loopDevice(Path.of(below.path()))) {
      recorded = marks(loop.path());
      assertTrue(recorded.hasLasting(), recorded::toString);
    }
    Path other = directory.resolve("b.img");
    make(other);
    try (Machine.LoopDevice below = Machine.loopDevice(other);
        Machine.LoopDevice loop = Machine.loopDevice(Path.of(below.path()))) {
      assertRecognised(MarkComparison.DIFFERENT, recorded, marks(loop.path()));
    }
  }
}
