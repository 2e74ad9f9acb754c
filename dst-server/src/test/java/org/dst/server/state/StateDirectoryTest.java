package org.dst.server.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dst.server.session.Lease;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class StateDirectoryTest {
  private static final String DISK = "/srv/disk.img";
  private static final Lease LEASE =
      new Lease(7, "ab12", "the client", Instant.parse("2026-03-04T05:06:07Z"));

  @TempDir private Path parent;
  private Path path;
  private StateDirectory directory;

  @BeforeEach
  void name() {
    path = parent.resolve("made/when/needed");
    directory = new StateDirectory(path);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    }
  }

  @Test
  void shouldMakeADurableRecordForAStoreThatIsNew() throws IOException {
    StoreRecord made = directory.load(DISK);
    assertEquals(Lease.NONE, made.lease());
    assertEquals(made, new StateDirectory(path).load(DISK));
  }

  @Test
  void shouldReadBackWhatWasSaved() throws IOException {
    StoreRecord record = new StoreRecord(UUID.randomUUID(), LEASE, null, 0);
    directory.save(DISK, record);
    assertEquals(record, directory.load(DISK));
    StoreRecord next = new StoreRecord(record.identity(), Lease.NONE, null, 0);
    directory.save(DISK, next);
    assertEquals(next, directory.load(DISK));
    assertEquals(1, files().size(), "nothing is left over: " + files());
  }

  @Test
  void shouldGiveEveryStoreARecordWithANameThatPeopleRecognise() throws IOException {
    StoreRecord one = directory.load("/a/disk.img");
    StoreRecord other = directory.load("/b/disk.img");
    assertNotEquals(one.identity(), other.identity());
    assertEquals(2, files().size());
    for (Path file : files()) {
      String name = file.getFileName().toString();
      assertTrue(name.matches("disk\\.img-[0-9a-f]{16}"), name);
    }
  }

  @Test
  void shouldNameFilesAfterStoresOfAnyName() throws IOException {
    directory.load("/dev/mapper/größe und mehr\n$x");
    directory.load("/srv/" + "long".repeat(60));
    for (Path file : files()) {
      String name = file.getFileName().toString();
      assertTrue(name.matches("[A-Za-z0-9._-]{1,81}"), name);
    }
  }

  @Test
  void shouldKeepTheOldRecordWhenAWriteWasCutShort() throws IOException {
    StoreRecord record = new StoreRecord(UUID.randomUUID(), LEASE, null, 0);
    directory.save(DISK, record);
    Path file = files().getFirst();
    Files.writeString(file.resolveSibling(file.getFileName() + ".new"), "format=dst");
    assertEquals(record, directory.load(DISK));
    directory.save(DISK, new StoreRecord(record.identity(), Lease.NONE, null, 0));
    assertEquals(Lease.NONE, directory.load(DISK).lease());
  }

  @Test
  void shouldSayWhichFileIsDamagedAndWhatToDo() throws IOException {
    directory.save(DISK, new StoreRecord(UUID.randomUUID(), LEASE, null, 0));
    Path file = files().getFirst();
    String whole = Files.readString(file);
    byte[] noText = {(byte) 0xff, (byte) 0xfe, 0, 1};
    List<byte[]> damages =
        List.of(
            new byte[0],
            noText,
            "something else".getBytes(),
            whole.substring(0, whole.length() / 2).getBytes(),
            whole.replace("dst-store-2", "dst-store-9").getBytes(),
            whole.replace("lease.epoch=7", "lease.epoch=seven").getBytes(),
            whole.replace("identity=", "identity=x").getBytes(),
            whole.replace("2026-03", "202x-03").getBytes());
    for (byte[] damage : damages) {
      Files.write(file, damage);
      IOException refusal = assertThrows(IOException.class, () -> directory.load(DISK));
      assertTrue(refusal.getMessage().startsWith(file + " is damaged"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains(DISK), refusal.getMessage());
    }
  }

  @Test
  void shouldSayThatADirectoryCannotBeWritten() throws IOException {
    Path file = Files.createFile(parent.resolve("a file"));
    StateDirectory impossible = new StateDirectory(file.resolve("below"));
    IOException refusal = assertThrows(IOException.class, () -> impossible.load(DISK));
    assertTrue(refusal.getMessage().contains("--state-dir"), refusal.getMessage());
  }

  @Test
  void shouldKeepOneLineForANameWithLineBreaks() throws IOException {
    Lease odd = new Lease(1, "ab", "a\nlease.epoch=99\r=b", Instant.EPOCH);
    directory.save(DISK, new StoreRecord(UUID.randomUUID(), odd, null, 0));
    Lease read = directory.load(DISK).lease();
    assertEquals(1, read.epoch());
    assertEquals("a lease.epoch=99 =b", read.client());
  }

  @Test
  void shouldKeepALeaseOverKeepers() throws Exception {
    UUID identity;
    try (StoreKeeper keeper = StoreKeeper.in(directory, DISK)) {
      identity = keeper.record().identity();
      CompletableFuture<String> saved = new CompletableFuture<>();
      keeper.save(LEASE, failure -> saved.complete("failure: " + failure));
      assertEquals("failure: null", saved.get(20, TimeUnit.SECONDS));
    }
    try (StoreKeeper keeper = StoreKeeper.in(directory, DISK)) {
      assertEquals(new StoreRecord(identity, LEASE, null, 0), keeper.record());
    }
  }

  @Test
  void shouldReportThatALeaseCannotBeKept() throws Exception {
    StoreKeeper keeper = StoreKeeper.in(directory, DISK);
    Files.delete(files().getFirst());
    Files.delete(path);
    Files.createFile(path);
    CompletableFuture<String> saved = new CompletableFuture<>();
    keeper.save(LEASE, saved::complete);
    assertTrue(saved.get(20, TimeUnit.SECONDS).contains(path.toString()));
    keeper.close();
    CompletableFuture<String> late = new CompletableFuture<>();
    keeper.save(LEASE, late::complete);
    assertEquals("the server stops", late.get(20, TimeUnit.SECONDS));
  }
}
