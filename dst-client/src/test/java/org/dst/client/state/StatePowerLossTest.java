package org.dst.client.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is left of a state file when the machine loses power: what was synced, under synced names.
 */
@Timeout(60)
class StatePowerLossTest {
  private static final AttachTarget TARGET = new AttachTarget("disk", List.of("one:1"));
  private static final UUID FORMER = new UUID(1, 1);
  private static final UUID SESSION = new UUID(11, 12);
  private static final UUID STORE = new UUID(13, 14);

  /** Keeps what a medium would. */
  private static final class Medium implements StateDisk {
    private final Map<Path, byte[]> synced = new HashMap<>();
    private final Map<Path, byte[]> named = new HashMap<>();
    private int left = Integer.MAX_VALUE;

    @Override
    public void sync(Path path, FileChannel file, MappedByteBuffer bytes) {
      if (left-- > 0) {
        byte[] now = new byte[StateLayout.LENGTH];
        bytes.get(0, now);
        synced.put(path, now);
        named.computeIfPresent(path, (name, before) -> now);
      }
    }

    @Override
    public void syncDirectory(Path directory) {
      if (left-- > 0) {
        named.putAll(synced);
      }
    }

    /** What the only file tells after a loss of power; null if it is not there, or says nothing. */
    Predecessor left() {
      return named.isEmpty() ? null : LeftBehind.read(named.values().iterator().next());
    }
  }

  @TempDir private Path directory;
  private final Medium medium = new Medium();

  private ClientState claim() throws IOException {
    return new StateFiles(directory, medium).claim(TARGET);
  }

  @Test
  void shouldHaveASessionOnTheMediumOnceItIsProposed() throws IOException {
    try (ClientState state = claim()) {
      assertNull(medium.left());
      state.propose(SESSION);
      assertEquals(new Predecessor(List.of(SESSION), null, false, null), medium.left());
    }
  }

  @Test
  void shouldHaveASessionOnTheMediumOnceItIsHeld() throws IOException {
    try (ClientState state = claim()) {
      state.propose(SESSION);
      state.begin(SESSION, STORE, 1, TARGET);
      assertEquals(new Predecessor(List.of(SESSION), STORE, false, null), medium.left());
    }
  }

  /** Whichever sync is the last one: the session that may have the lease by then can be proved. */
  @Test
  void shouldAlwaysBeAbleToProveTheSessionThatMayHaveTheLease() throws IOException {
    for (int syncs = 0; syncs <= 4; syncs++) {
      try (ClientState state = claim()) {
        medium.left = Integer.MAX_VALUE;
        state.propose(FORMER);
        state.begin(FORMER, STORE, 1, TARGET);
        state.marker(0).verifier(STORE);
        state.marker(0).unflushed(true);
        state.propose(new UUID(2, 2)); // and syncs the flag
        state.withdraw(new UUID(2, 2));
        medium.left = syncs;
        state.propose(SESSION);
        state.begin(SESSION, STORE, 1, TARGET);
        List<UUID> sessions = medium.left().sessions();
        assertEquals(syncs < 4, sessions.contains(FORMER), "the former one, " + syncs + " syncs");
        assertEquals(syncs >= 1, sessions.contains(SESSION), "the new one, " + syncs + " syncs");
        assertEquals(syncs < 4, medium.left().unflushed(), "the flag, " + syncs + " syncs");
      }
    }
  }
}
