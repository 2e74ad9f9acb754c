package org.dst.server.store.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dst.server.store.BlockStore;
import org.dst.server.store.PathStatus;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class PathCheckTest {
  @TempDir private Path directory;
  private Path file;
  private Path link;
  private BlockStore store;

  @BeforeEach
  void open() throws IOException {
    file = Files.write(directory.resolve("disk"), new byte[8192]);
    link = Files.createSymbolicLink(directory.resolve("link"), file);
    store = Stores.open(link.toString(), StoreOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private PathStatus.Kind look() {
    return store.place().kind();
  }

  private Path another() throws IOException {
    return Files.write(directory.resolve("another"), new byte[8192]);
  }

  @Test
  void shouldFindAFileByASymbolicLink() {
    assertEquals(PathStatus.Kind.FOUND, look());
    assertNull(store.place().trouble());
  }

  @Test
  void shouldSayThatAFileWasDeletedAndWhereItCanStillBeCopiedFrom() throws IOException {
    Files.delete(file);
    assertEquals(PathStatus.Kind.DELETED, look());
    String trouble = store.place().trouble();
    assertTrue(trouble.contains(link + " was deleted"), trouble);
    Path rescue = Path.of(trouble.replaceAll("(?s).*copy (/proc/\\d+/fd/\\d+) .*", "$1"));
    assertEquals(8192, Files.size(rescue), trouble);
  }

  @Test
  void shouldTellAnotherFileInItsPlaceFromTheSame() throws IOException {
    Path kept = directory.resolve("kept");
    Files.createLink(kept, file);
    Files.move(another(), file, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(PathStatus.Kind.REPLACED, look());
    String trouble = store.place().trouble();
    assertTrue(trouble.endsWith("the next start of the server finds the other one"), trouble);
    Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(PathStatus.Kind.FOUND, look());
  }

  @Test
  void shouldSayThatAReplacedFileHasNoNameAnyMore() throws IOException {
    Files.move(another(), file, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(PathStatus.Kind.REPLACED, look());
    String trouble = store.place().trouble();
    assertTrue(trouble.contains("no name any more: its data is lost"), trouble);
  }

  @Test
  void shouldNoticeASymbolicLinkThatLeadsElsewhere() throws IOException {
    Files.delete(link);
    Files.createSymbolicLink(link, another());
    assertEquals(PathStatus.Kind.REPLACED, look());
  }

  @Test
  void shouldTellARenamedFileFromADeletedOne() throws IOException {
    Files.move(file, directory.resolve("elsewhere"));
    assertEquals(PathStatus.Kind.MOVED, look());
    Files.move(directory.resolve("elsewhere"), file);
    assertEquals(PathStatus.Kind.FOUND, look());
  }

  @Test
  void shouldNotMissMemoryThatHasNoPath() throws StoreException {
    try (BlockStore memory = Stores.open("mem:64K", StoreOptions.DEFAULT)) {
      assertEquals(PathStatus.FOUND, memory.place());
    }
  }

  @Test
  void shouldLeaveAClosedStoreToThoseWhoMeasureIt() {
    store.close();
    assertEquals(PathStatus.FOUND, store.place());
  }
}
