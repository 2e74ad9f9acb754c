package org.dst.server.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dst.server.medium.Mark;
import org.dst.server.session.Lease;
import org.junit.jupiter.api.Test;

class StateDirectoryTest extends StateDirectorySetup {
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.getFileName().toString().length() == 36).toList();
    }
  }

  private void write(UUID identity, String text) throws IOException {
    Files.writeString(path.resolve(identity.toString()), text);
  }

  @Test
  void shouldMakeADurableRecordForAMediumThatIsNew() throws IOException {
    UUID made = identityOf("disk", store(DISK, medium(1)));
    assertEquals(made, identityOf("disk", store(DISK, medium(1))));
    assertEquals(made.toString(), files().getFirst().getFileName().toString());
    assertEquals(1, files().size(), "nothing is left over: " + files());
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldFindTheRecordByTheMediumWhereverItIs() throws IOException {
    UUID made = identityOf("disk", store(DISK, medium(1)));
    assertEquals(made, identityOf("disk", store("/elsewhere/disk.img", medium(1))));
    assertEquals(made, identityOf("another name", store(DISK, medium(1))));
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldMakeAnotherStoreOfAnotherMediumAtThePathAndSaySo() throws IOException {
    UUID expected = identityOf("disk", store(DISK, medium(1)));
    UUID other = identityOf("disk", store(DISK, medium(2)));
    assertNotEquals(expected, other);
    String warning = onlyWarning();
    for (String part :
        List.of(expected.toString(), other.toString(), "inode 1,", "inode 2,", "dstd adopt disk")) {
      assertTrue(warning.contains(part), warning);
    }
  }

  @Test
  void shouldExpectTheFormerMediumAndNoUnusedStrangerInItsPlace() throws IOException {
    UUID expected = identityOf("disk", store(DISK, medium(1)));
    identityOf("disk", store(DISK, medium(2)));
    warnings().clear();
    identityOf("disk", store(DISK, medium(3)));
    assertTrue(onlyWarning().contains("Expected: store " + expected), onlyWarning());
    warnings().clear();
    assertEquals(expected, identityOf("disk", store(DISK, medium(1))), "the medium is back");
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldSaySoAgainUntilTheOtherMediumIsUsed() throws IOException {
    identityOf("disk", store(DISK, medium(1)));
    UUID other = identityOf("disk", store(DISK, medium(2)));
    assertEquals(other, identityOf("disk", store(DISK, medium(2))));
    assertEquals(2, warnings().size(), warnings()::toString);
    try (LockedRecord file = directory.open("disk", store(DISK, medium(2)))) {
      file.save(file.record().with(LEASE));
    }
    warnings().clear();
    identityOf("disk", store(DISK, medium(2)));
    assertEquals(List.of(), warnings());
    identityOf("disk", store(DISK, medium(1)));
    assertTrue(onlyWarning().contains("Expected: store " + other), onlyWarning());
  }

  @Test
  void shouldMissTheStoreThatHadTheNameWhereverItWas() throws IOException {
    UUID expected = identityOf("disk", store("/mnt/one/disk.img", medium(1)));
    identityOf("disk", store("/mnt/two/disk.img", medium(2)));
    assertTrue(onlyWarning().contains(expected.toString()), onlyWarning());
  }

  @Test
  void shouldSayThatAMediumWhichIsKnownIsInThePlaceOfAnother() throws IOException {
    UUID one = identityOf("one", store("/dev/one", medium(1)));
    UUID two = identityOf("two", store("/dev/two", medium(2)));
    assertEquals(two, identityOf("one", store("/dev/one", medium(2))));
    assertTrue(onlyWarning().contains("Expected: store " + one), onlyWarning());
  }

  @Test
  void shouldNotMissAStoreThatIsServedElsewhere() throws IOException {
    try (LockedRecord moved = directory.open("disk", store(DISK, medium(1)))) {
      assertNotEquals(moved.record().identity(), identityOf("disk", store(DISK, medium(2))));
    }
    assertEquals(List.of(), warnings());
  }

  @Test
  void shouldKnowAMediumWithoutLastingMarksByThePathAloneAndSaySo() throws IOException {
    UUID made = identityOf("disk", store("/dev/vdb", unmarked(4096)));
    assertTrue(onlyWarning().contains("no stable identifier"), onlyWarning());
    assertEquals(made, identityOf("disk", store("/dev/vdb", unmarked(4096))));
    assertNotEquals(made, identityOf("other", store("/dev/vdc", unmarked(4096))));
    assertNotEquals(made, identityOf("disk", store("/dev/vdb", unmarked(8192))));
  }

  @Test
  void shouldLeaveATagAndLeaveItAgainWhereItIsLost() throws IOException {
    MarkedStore first = store(DISK, medium(1));
    UUID made = identityOf("disk", first);
    String tag = first.marks().get(Mark.TAG);
    assertTrue(tag.startsWith(made + "."), tag);
    MarkedStore without = store(DISK, medium(1));
    assertEquals(made, identityOf("disk", without));
    assertEquals(tag, without.marks().get(Mark.TAG));
  }

  @Test
  void shouldReplaceTheTagThatWasCopied() throws IOException {
    MarkedStore first = store(DISK, medium(1));
    UUID made = identityOf("disk", first);
    String tag = first.marks().get(Mark.TAG);
    MarkedStore copy = store("/copy.img", medium(2).with(Mark.TAG, tag));
    UUID other = identityOf("copy", copy);
    assertNotEquals(made, other);
    assertTrue(copy.marks().get(Mark.TAG).startsWith(other + "."), copy.marks()::toString);
  }

  @Test
  void shouldTakeAnInodeWithAnotherTagForAnotherMedium() throws IOException {
    UUID made = identityOf("disk", store(DISK, medium(1)));
    assertNotEquals(made, identityOf("disk", store(DISK, medium(1).with(Mark.TAG, "another's"))));
  }

  @Test
  void shouldDoWithoutATagWhereThereCanBeNone() throws IOException {
    MarkedStore readOnly = new MarkedStore(DISK, true, true, medium(1));
    UUID made = identityOf("disk", readOnly);
    assertNull(readOnly.marks().get(Mark.TAG), "nothing is written to what is read-only");
    assertEquals(made, identityOf("disk", new MarkedStore(DISK, false, false, medium(1))));
    MarkedStore writable = store(DISK, medium(1));
    assertEquals(made, identityOf("disk", writable));
    assertTrue(writable.marks().get(Mark.TAG).startsWith(made + "."), writable.marks()::toString);
  }

  @Test
  void shouldLetOneServerHaveARecordUnlessAllOnlyRead() throws IOException {
    MarkedStore reading = new MarkedStore(DISK, true, true, medium(1));
    StateDirectory another = new StateDirectory(path);
    try (LockedRecord one = directory.open("disk", reading);
        LockedRecord two = another.open("disk", reading)) {
      assertEquals(one.record(), two.record());
      assertThrows(IOException.class, () -> another.open("disk", store(DISK, medium(1))));
    }
    try (LockedRecord writing = directory.open("disk", store(DISK, medium(1)))) {
      String identity = writing.record().identity().toString();
      IOException refusal =
          assertThrows(IOException.class, () -> another.open("disk", store(DISK, medium(1))));
      assertTrue(refusal.getMessage().contains(identity), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("another dstd"), refusal.getMessage());
    }
    identityOf("disk", store(DISK, medium(1)));
  }

  @Test
  void shouldTakeOverTheRecordOfAnEarlierVersionOnce() throws IOException {
    Path image = Files.createFile(parent.resolve("disk.img")).toRealPath();
    UUID identity = UUID.randomUUID();
    List<String> lines = new ArrayList<>(List.of("format=dst-store-2"));
    lines.addAll(new StoreRecord(identity, LEASE, null, 0).encode());
    Files.createDirectories(path);
    Path former = path.resolve(LegacyRecords.fileName(image));
    Files.write(former, lines);
    try (LockedRecord file = directory.open("disk", store(image.toString(), medium(1)))) {
      assertEquals(new StoreRecord(identity, LEASE, null, 0), file.record());
    }
    assertTrue(Files.notExists(former), former::toString);
    assertNotEquals(identity, identityOf("disk", store(image.toString(), medium(2))));
    assertEquals(identity, identityOf("disk", store("/elsewhere", medium(1))));
  }

  @Test
  void shouldKeepTheOldRecordWhenAWriteWasCutShort() throws IOException {
    UUID made = identityOf("disk", store(DISK, medium(1)));
    Files.writeString(path.resolve(made + ".new"), "format=dst");
    assertEquals(made, identityOf("disk", store(DISK, medium(1))));
  }

  @Test
  void shouldSayWhichFileIsDamagedAndWhatToDo() throws IOException {
    UUID made = identityOf("disk", store(DISK, medium(1)));
    Path file = path.resolve(made.toString());
    String whole = Files.readString(file);
    byte[] noText = {(byte) 0xff, (byte) 0xfe, 0, 1};
    Files.write(file, noText);
    assertDamaged(file);
    for (String damage :
        List.of(
            "",
            "something else",
            whole.substring(0, whole.length() / 2),
            whole.substring(0, whole.length() - "end=\n".length()),
            whole.replace("dst-store-3", "dst-store-9"),
            whole.replace("lease.epoch=0", "lease.epoch=zero"),
            whole.replace("identity=", "identity=x"),
            whole.replace("seen=", "seen=x"),
            whole.replace("mark.inode", "mark.unheard-of"),
            whole.replace("instead=", "instead=x"))) {
      assertNotEquals(whole, damage);
      write(made, damage);
      assertDamaged(file);
    }
  }

  private void assertDamaged(Path file) {
    IOException refusal =
        assertThrows(IOException.class, () -> directory.open("other", store("/x", medium(2))));
    assertTrue(refusal.getMessage().startsWith(file + " is damaged"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("remove it"), refusal.getMessage());
  }

  @Test
  void shouldSayThatADirectoryCannotBeWritten() throws IOException {
    Path file = Files.createFile(parent.resolve("a file"));
    StateDirectory impossible = new StateDirectory(file.resolve("below"));
    IOException refusal =
        assertThrows(IOException.class, () -> impossible.open("disk", store(DISK, medium(1))));
    assertTrue(refusal.getMessage().contains("--state-dir"), refusal.getMessage());
  }

  @Test
  void shouldKeepOneLineForEveryNameAndPath() throws IOException {
    Lease odd = new Lease(1, "ab", "a\nlease.epoch=99\r=b", Instant.EPOCH);
    String oddPath = "/srv/größe\\und\nmark.inode=7\r\n$x";
    String oddName = "a\nend=\\n";
    UUID identity;
    try (LockedRecord file = directory.open(oddName, store(oddPath, unmarked(1)))) {
      file.save(file.record().with(odd));
      identity = file.record().identity();
    }
    try (LockedRecord file = directory.open(oddName, store(oddPath, unmarked(1)))) {
      assertEquals(identity, file.record().identity());
      assertEquals(1, file.record().lease().epoch());
      assertEquals("a lease.epoch=99 =b", file.record().lease().client());
    }
  }

  @Test
  void shouldKeepALeaseOverKeepers() throws Exception {
    UUID identity;
    try (StoreRecordManager records =
        StoreRecordManager.in(directory.open("disk", store(DISK, medium(1))))) {
      identity = records.record().identity();
      CompletableFuture<String> saved = new CompletableFuture<>();
      records.save(LEASE, failure -> saved.complete("failure: " + failure));
      assertEquals("failure: null", saved.get(20, TimeUnit.SECONDS));
    }
    try (StoreRecordManager records =
        StoreRecordManager.in(directory.open("disk", store(DISK, medium(1))))) {
      assertEquals(new StoreRecord(identity, LEASE, null, 1), records.record());
    }
  }

  @Test
  void shouldReportThatALeaseCannotBeKept() throws Exception {
    StoreRecordManager records =
        StoreRecordManager.in(directory.open("disk", store(DISK, medium(1))));
    Files.move(path, parent.resolve("gone"));
    Files.createFile(path);
    CompletableFuture<String> saved = new CompletableFuture<>();
    records.save(LEASE, saved::complete);
    assertTrue(saved.get(20, TimeUnit.SECONDS).contains(path.toString()));
    records.close();
    CompletableFuture<String> late = new CompletableFuture<>();
    records.save(LEASE, late::complete);
    assertEquals("the server stops", late.get(20, TimeUnit.SECONDS));
  }
}
