package org.dst.client.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.dst.client.lane.UnflushedMarker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client remembers over its own death. */
@Timeout(60)
class ClientStateTest {
  private static final AttachTarget TARGET = StateHolder.TARGET;
  private static final UUID SESSION = new UUID(11, 12);
  private static final UUID IDENTITY = new UUID(13, 14);
  private static final UUID OLD = new UUID(15, 16);
  private static final UUID NEW = new UUID(17, 18);

  @TempDir private Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("made/when/needed/file");
  }

  private static Process start(Path path) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            StateHolder.class.getName(),
            path.getParent().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private ClientState open() throws IOException {
    return ClientState.open(path, TARGET, StateDisk.REAL);
  }

  private ClientState claim() throws IOException {
    return new StateFiles(path.getParent()).claim(TARGET);
  }

  /** What another process says when it opens the file; that process is killed then. */
  private static String elsewhere(Path path) throws Exception {
    Process other = start(path);
    try (BufferedReader output = other.inputReader()) {
      return output.readLine();
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  private void leaveBehind(boolean first, UUID firstVerifier, boolean second, UUID secondVerifier)
      throws IOException {
    try (ClientState state = open()) {
      state.begin(SESSION, IDENTITY, 2, TARGET);
      keep(state.marker(0), firstVerifier, first);
      keep(state.marker(1), secondVerifier, second);
    }
  }

  private static void keep(UnflushedMarker marker, UUID verifier, boolean any) {
    marker.verifier(verifier);
    marker.unflushed(any);
  }

  private Predecessor predecessor() throws IOException {
    try (ClientState state = open()) {
      return state.predecessor();
    }
  }

  @Test
  void shouldKnowNoPredecessorInAFileThatIsNew() throws IOException {
    assertNull(predecessor());
    assertNull(predecessor(), "opened and closed without a session");
  }

  @Test
  void shouldKeepItsSecretFromOthers() throws IOException {
    leaveBehind(false, OLD, false, OLD);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
  }

  @Test
  void shouldLeaveAPredecessorBehindWhenItIsClosedWithoutBeingRemoved() throws IOException {
    leaveBehind(false, OLD, false, NEW);
    assertEquals(new Predecessor(List.of(SESSION), IDENTITY, false, null), predecessor());
  }

  @Test
  void shouldTellUnderWhichVerifierChangesWereUnflushed() throws IOException {
    leaveBehind(true, OLD, false, NEW);
    assertEquals(new Predecessor(List.of(SESSION), IDENTITY, true, OLD), predecessor());
    leaveBehind(false, OLD, true, NEW);
    assertEquals(new Predecessor(List.of(SESSION), IDENTITY, true, NEW), predecessor());
    leaveBehind(true, OLD, true, OLD);
    assertEquals(new Predecessor(List.of(SESSION), IDENTITY, true, OLD), predecessor());
  }

  @Test
  void shouldTellNoVerifierIfLanesDisagree() throws IOException {
    leaveBehind(true, OLD, true, NEW);
    assertEquals(new Predecessor(List.of(SESSION), IDENTITY, true, null), predecessor());
  }

  @Test
  void shouldForgetThatChangesWereUnflushedOnceTheyAreFlushed() throws IOException {
    leaveBehind(true, OLD, false, OLD);
    try (ClientState state = open()) {
      state.marker(0).unflushed(false);
    }
    assertFalse(predecessor().unflushed());
  }

  @Test
  void shouldForgetThePredecessorWhenASessionOfItsOwnBegins() throws IOException {
    leaveBehind(true, OLD, true, OLD);
    try (ClientState state = open()) {
      state.begin(new UUID(0, 1), new UUID(0, 2), 1, TARGET);
    }
    assertEquals(
        new Predecessor(List.of(new UUID(0, 1)), new UUID(0, 2), false, null), predecessor());
  }

  @Test
  void shouldLeaveNothingBehindWhenItIsRemoved() throws IOException {
    ClientState state = open();
    state.begin(SESSION, IDENTITY, 1, TARGET);
    state.remove();
    assertFalse(Files.exists(path));
    assertNull(predecessor());
  }

  @Test
  void shouldRefuseASecondOwnerInThisProcessAndKeepOthersOut() throws Exception {
    try (ClientState first = open()) {
      first.begin(SESSION, IDENTITY, 1, TARGET);
      IOException refusal = assertThrows(IOException.class, () -> open());
      assertTrue(refusal.getMessage().contains("attached already"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains(path.toString()), refusal.getMessage());
      assertEquals("refused", elsewhere(path), "a refused open must not let go of the lock");
    }
    assertNotNull(predecessor());
  }

  @Test
  void shouldRefuseWhileAnotherProcessLivesAndKeepWhatItWroteWhenItIsKilled() throws Exception {
    Process other = start(path);
    try (BufferedReader output = other.inputReader()) {
      assertEquals("holding", output.readLine());
      assertThrows(IOException.class, this::claim);
    } finally {
      other.destroyForcibly().waitFor(); // kill -9
    }
    try (ClientState state = claim()) {
      assertEquals(
          new Predecessor(
              List.of(StateHolder.SESSION), StateHolder.IDENTITY, true, StateHolder.VERIFIER),
          state.predecessor());
    }
  }

  @Test
  void shouldTakeAFileOfGarbageForNobodys() throws IOException {
    byte[] garbage = new byte[20000];
    new Random(7).nextBytes(garbage);
    Files.createDirectories(path.getParent());
    for (int length : new int[] {1, 7, 16, 5000, 20000}) {
      Files.write(path, java.util.Arrays.copyOf(garbage, length));
      assertNull(predecessor());
    }
  }

  @Test
  void shouldSayThatAFileCannotBeUsed() throws IOException {
    Path file = Files.createFile(directory.resolve("a file"));
    IOException refusal = assertThrows(IOException.class, () -> new StateFiles(file).claim(TARGET));
    assertTrue(refusal.getMessage().contains("--state-dir"), refusal.getMessage());
  }

  @Test
  void shouldKeepTheSessionThatIsHeldAndThoseThatMayHaveBeenGranted() throws IOException {
    leaveBehind(true, OLD, false, OLD);
    try (ClientState state = open()) {
      state.propose(NEW);
      state.propose(OLD);
    }
    assertEquals(new Predecessor(List.of(SESSION, OLD, NEW), IDENTITY, true, OLD), predecessor());
    try (ClientState state = open()) {
      state.withdraw(NEW);
      assertEquals(List.of(SESSION, OLD), state.predecessor().sessions());
      state.begin(OLD, IDENTITY, 1, TARGET);
    }
    assertEquals(new Predecessor(List.of(OLD), IDENTITY, false, null), predecessor());
  }

  @Test
  void shouldForgetTheOldestCandidateAndNeverTheSessionThatIsHeld() throws IOException {
    leaveBehind(false, OLD, false, OLD);
    try (ClientState state = open()) {
      for (int i = 1; i <= 100; i++) {
        state.propose(new UUID(100, i));
      }
    }
    List<UUID> sessions = predecessor().sessions();
    assertEquals(17, sessions.size());
    assertEquals(SESSION, sessions.getFirst());
    assertEquals(new UUID(100, 100), sessions.get(1));
  }

  @Test
  void shouldRememberHowFreshTheStoreWasAsLongAsItIsTheSame() throws IOException {
    leaveBehind(false, OLD, false, OLD);
    try (ClientState state = open()) {
      assertEquals(0, state.freshness());
      state.freshness(1L << 40);
      state.begin(NEW, IDENTITY, 1, TARGET);
      assertEquals(1L << 40, state.freshness());
      state.begin(NEW, new UUID(0, 1), 1, TARGET);
      assertEquals(0, state.freshness());
    }
  }
}
