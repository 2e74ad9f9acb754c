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
import java.util.Random;
import java.util.UUID;
import org.dst.client.session.LaneJournal;
import org.dst.client.state.ClientState.Predecessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client remembers over its own death. */
@Timeout(60)
class ClientStateTest {
  private static final UUID SESSION = new UUID(11, 12);
  private static final UUID IDENTITY = new UUID(13, 14);
  private static final UUID OLD = new UUID(15, 16);
  private static final UUID NEW = new UUID(17, 18);

  @TempDir private Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("made/when/needed");
  }

  private static Process start(Path path) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            StateHolder.class.getName(),
            path.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
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
    try (ClientState state = ClientState.open(path)) {
      state.begin(SESSION, IDENTITY, 2);
      keep(state.journal(0), firstVerifier, first);
      keep(state.journal(1), secondVerifier, second);
    }
  }

  private static void keep(LaneJournal journal, UUID verifier, boolean any) {
    journal.verifier(verifier);
    journal.unflushed(any);
  }

  private Predecessor predecessor() throws IOException {
    try (ClientState state = ClientState.open(path)) {
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
    assertEquals(new Predecessor(SESSION, IDENTITY, false, null), predecessor());
  }

  @Test
  void shouldTellUnderWhichVerifierChangesWereUnflushed() throws IOException {
    leaveBehind(true, OLD, false, NEW);
    assertEquals(new Predecessor(SESSION, IDENTITY, true, OLD), predecessor());
    leaveBehind(false, OLD, true, NEW);
    assertEquals(new Predecessor(SESSION, IDENTITY, true, NEW), predecessor());
    leaveBehind(true, OLD, true, OLD);
    assertEquals(new Predecessor(SESSION, IDENTITY, true, OLD), predecessor());
  }

  @Test
  void shouldTellNoVerifierIfLanesDisagree() throws IOException {
    leaveBehind(true, OLD, true, NEW);
    assertEquals(new Predecessor(SESSION, IDENTITY, true, null), predecessor());
  }

  @Test
  void shouldForgetThatChangesWereUnflushedOnceTheyAreFlushed() throws IOException {
    leaveBehind(true, OLD, false, OLD);
    try (ClientState state = ClientState.open(path)) {
      state.journal(0).unflushed(false);
    }
    assertFalse(predecessor().unflushed());
  }

  @Test
  void shouldForgetThePredecessorWhenASessionOfItsOwnBegins() throws IOException {
    leaveBehind(true, OLD, true, OLD);
    try (ClientState state = ClientState.open(path)) {
      state.begin(new UUID(0, 1), new UUID(0, 2), 1);
    }
    assertEquals(new Predecessor(new UUID(0, 1), new UUID(0, 2), false, null), predecessor());
  }

  @Test
  void shouldLeaveNothingBehindWhenItIsRemoved() throws IOException {
    ClientState state = ClientState.open(path);
    state.begin(SESSION, IDENTITY, 1);
    state.remove();
    assertFalse(Files.exists(path));
    assertNull(predecessor());
  }

  @Test
  void shouldRefuseASecondOwnerInThisProcessAndKeepOthersOut() throws Exception {
    try (ClientState first = ClientState.open(path)) {
      first.begin(SESSION, IDENTITY, 1);
      IOException refusal = assertThrows(IOException.class, () -> ClientState.open(path));
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
      assertThrows(IOException.class, () -> ClientState.open(path));
    } finally {
      other.destroyForcibly().waitFor(); // kill -9
    }
    assertEquals(
        new Predecessor(StateHolder.SESSION, StateHolder.IDENTITY, true, StateHolder.VERIFIER),
        predecessor());
  }

  @Test
  void shouldTakeAFileOfGarbageForNobodys() throws IOException {
    byte[] garbage = new byte[5000];
    new Random(7).nextBytes(garbage);
    Files.createDirectories(path.getParent());
    for (int length : new int[] {1, 7, 16, 5000}) {
      Files.write(path, java.util.Arrays.copyOf(garbage, length));
      assertNull(predecessor());
    }
  }

  @Test
  void shouldSayThatAFileCannotBeUsed() throws IOException {
    Path file = Files.createFile(directory.resolve("a file"));
    IOException refusal =
        assertThrows(IOException.class, () -> ClientState.open(file.resolve("below")));
    assertTrue(refusal.getMessage().contains("--state-dir"), refusal.getMessage());
  }
}
