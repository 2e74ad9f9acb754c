package org.dst.client.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** State files are found by what they are about. */
@Timeout(60)
class StateFilesTest {
  private static final AttachTarget TARGET = new AttachTarget("disk", List.of("one:1", "two:2"));
  private static final AttachTarget ELSEWHERE = new AttachTarget("disk", List.of("three:3"));
  private static final UUID SESSION = new UUID(11, 12);
  private static final UUID STORE = new UUID(13, 14);
  private static final UUID OTHER_STORE = new UUID(15, 16);

  @TempDir private Path directory;
  private StateFiles files;

  @BeforeEach
  void open() {
    files = new StateFiles(directory);
  }

  private void leaveBehind(AttachTarget target, UUID store) throws IOException {
    LeftBehind.by(directory, target, SESSION, store, false, STORE);
  }

  private Predecessor claimed(AttachTarget target) throws IOException {
    try (ClientState state = files.claim(target)) {
      return state.predecessor();
    }
  }

  @Test
  void shouldFindAFileByAnExportAndOneCommonAddress() throws IOException {
    leaveBehind(TARGET, STORE);
    assertEquals(STORE, claimed(new AttachTarget("disk", List.of("new:9", "two:2"))).identity());
    assertNull(claimed(new AttachTarget("disc", TARGET.servers())));
    assertNull(claimed(ELSEWHERE));
    assertEquals(1, LeftBehind.files(directory).size(), "unused files are removed");
  }

  @Test
  void shouldFindTheFileOfAStoreWhereverItWasAttached() throws IOException {
    leaveBehind(TARGET, STORE);
    leaveBehind(ELSEWHERE, OTHER_STORE);
    List<ClientState> about = files.claimStore(STORE, null);
    assertEquals(1, about.size());
    assertEquals(STORE, about.getFirst().predecessor().identity());
    about.getFirst().close();
  }

  @Test
  void shouldRefuseAStoreOrATargetThatALivingOwnerHas() throws IOException {
    leaveBehind(TARGET, STORE);
    try (ClientState living = files.claim(TARGET)) {
      for (AttachTarget target : List.of(TARGET, new AttachTarget("disk", List.of("two:2")))) {
        IOException refusal = assertThrows(IOException.class, () -> files.claim(target));
        assertTrue(refusal.getMessage().contains("attached already"), refusal.getMessage());
      }
      assertThrows(IOException.class, () -> files.claimStore(STORE, null));
      assertEquals(List.of(), files.claimStore(STORE, living), "its own is not in the way");
      assertTrue(files.anyLiving(null));
      assertFalse(files.anyLiving(living));
    }
    assertFalse(files.anyLiving(null));
  }

  @Test
  void shouldFindOnlyTheNewStoreWhereAnotherOneWasBefore() throws IOException {
    leaveBehind(TARGET, STORE);
    try (ClientState now = files.claimNew(TARGET)) {
      now.begin(SESSION, OTHER_STORE, 1, TARGET);
      files.settled(TARGET, now);
    }
    assertEquals(OTHER_STORE, claimed(TARGET).identity());
    List<ClientState> former = files.claimStore(STORE, null);
    assertEquals(1, former.size(), "what it knows of the former store stays");
    former.getFirst().close();
  }

  @Test
  void shouldIgnoreWhatAnotherVersionWroteAndLeaveItAlone() throws IOException {
    byte[] former = new byte[2000];
    System.arraycopy("DSTSTAT1".getBytes(StandardCharsets.US_ASCII), 0, former, 0, 8);
    Path file = Files.write(directory.resolve("disk@one_1-0badcafe"), former);
    assertNull(claimed(TARGET));
    assertEquals(ByteBuffer.wrap(former), ByteBuffer.wrap(Files.readAllBytes(file)));
    assertTrue(StateLayout.isOfAnotherVersion(ByteBuffer.wrap(former).getLong()));
    assertFalse(StateLayout.isOfAnotherVersion(0));
  }

  @Test
  void shouldKeepAsManyAddressesAsFit() throws IOException {
    String name = "x".repeat(200);
    AttachTarget large = new AttachTarget("disk", Collections.nCopies(50, name));
    leaveBehind(large, STORE);
    assertEquals(STORE, claimed(new AttachTarget("disk", List.of(name))).identity());
  }

  @Test
  void shouldSayThatTheDirectoryCannotBeUsed() throws IOException {
    Path file = Files.createFile(directory.resolve("a file"));
    IOException refusal = assertThrows(IOException.class, () -> new StateFiles(file).claim(TARGET));
    assertTrue(refusal.getMessage().contains("--state-dir"), refusal.getMessage());
  }
}
