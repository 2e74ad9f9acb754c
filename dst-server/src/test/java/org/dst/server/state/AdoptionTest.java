package org.dst.server.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AdoptionTest extends StateDirectorySetup {
  private Adoption.Outcome adopt(String export, MarkedStore medium) throws IOException {
    return adopt(export, medium, null, false);
  }

  private Adoption.Outcome adopt(String export, MarkedStore medium, UUID store, boolean force)
      throws IOException {
    try (Adoption adoption = directory.adoption(export)) {
      return adoption.adopt(medium, store, force);
    }
  }

  private UUID withLease(String export, MarkedStore store) throws IOException {
    try (LockedRecord file = directory.open(export, store)) {
      file.save(file.record().with(LEASE));
      return file.record().identity();
    }
  }

  private static void assertRefused(IOException refusal, String... parts) {
    for (String part : parts) {
      assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
  }

  @Test
  void shouldGiveTheStoreTheMediumThatIsInItsPlace() throws IOException {
    UUID store = withLease("disk", store(DISK, medium(1)));
    UUID stranger = identityOf("disk", store(DISK, medium(2)));
    Adoption.Outcome outcome = adopt("disk", store(DISK, medium(2)));
    assertEquals(store, outcome.record().identity());
    assertEquals(LEASE, outcome.record().lease(), "its clients go on");
    assertEquals(stranger, outcome.dropped());
    assertTrue(outcome.former().contains("inode 1,"), outcome.former());
    assertTrue(outcome.medium().contains("inode 2,"), outcome.medium());
    assertTrue(Files.notExists(path.resolve(stranger.toString())));
    warnings().clear();
    assertEquals(store, identityOf("disk", store(DISK, medium(2))));
    assertNotEquals(store, identityOf("disk", store("/the/former", medium(1))));
  }

  @Test
  void shouldGiveItBeforeAnyServerHasSeenTheMedium() throws IOException {
    UUID store = withLease("disk", store(DISK, medium(1)));
    Adoption.Outcome outcome = adopt("disk", store("/restored.img", medium(2)));
    assertEquals(store, outcome.record().identity());
    assertNull(outcome.dropped());
    assertEquals(store, identityOf("disk", store("/restored.img", medium(2))));
  }

  @Test
  void shouldRaiseTheFreshnessAboveWhatAnyClientWasTold() throws IOException {
    withLease("disk", store(DISK, medium(1)));
    Adoption.Outcome first = adopt("disk", store(DISK, medium(1)));
    assertNull(first.former(), "it is the same medium, rolled back");
    assertNull(first.dropped());
    assertTrue(first.record().freshness() > 1_700_000_000_000L, first.record()::toString);
    try (LockedRecord file = directory.open("disk", store(DISK, medium(1)))) {
      file.save(file.record().withFreshness(Long.MAX_VALUE - 9));
    }
    assertEquals(Long.MAX_VALUE - 8, adopt("disk", store(DISK, medium(1))).record().freshness());
  }

  @Test
  void shouldNotPromiseThatAMediumHasWhatAStoppedServerHadMadeDurable() throws IOException {
    try (LockedRecord file = directory.open("disk", store(DISK, medium(1)))) {
      file.save(file.record().withEndedClean(UUID.randomUUID()));
    }
    assertNull(adopt("disk", store(DISK, medium(2))).record().endedClean());
  }

  @Test
  void shouldNotForgetAStoreThatClientsHaveWrittenTo() throws IOException {
    UUID store = withLease("disk", store(DISK, medium(1)));
    UUID used = withLease("disk", store(DISK, medium(2)));
    IOException refusal =
        assertThrows(IOException.class, () -> adopt("disk", store(DISK, medium(2))));
    assertRefused(refusal, used.toString(), "the client", "--force");
    assertEquals(used, identityOf("disk", store(DISK, medium(2))));
    Adoption.Outcome forced = adopt("disk", store(DISK, medium(2)), null, true);
    assertEquals(store, forced.record().identity());
    assertEquals(used, forced.dropped());
  }

  @Test
  void shouldNotTouchWhatAServerHas() throws IOException {
    UUID store = withLease("disk", store(DISK, medium(1)));
    try (LockedRecord served = directory.open("disk", store(DISK, medium(1)))) {
      IOException refusal =
          assertThrows(
              IOException.class, () -> adopt("disk", store("/b", medium(2)), store, false));
      assertRefused(refusal, served.record().identity().toString(), "running dstd");
    }
    try (LockedRecord served = directory.open("disk", store(DISK, medium(2)))) {
      IOException refusal =
          assertThrows(IOException.class, () -> adopt("disk", store(DISK, medium(2))));
      assertRefused(refusal, served.record().identity().toString(), "running dstd");
    }
    assertEquals(store, identityOf("disk", store(DISK, medium(1))));
  }

  @Test
  void shouldTakeTheStoreThatIsNamed() throws IOException {
    UUID first = withLease("disk", store(DISK, medium(1)));
    withLease("disk", store(DISK, medium(2)));
    Adoption.Outcome outcome = adopt("disk", store(DISK, medium(3)), first, false);
    assertEquals(first, outcome.record().identity());
    UUID unheardOf = UUID.randomUUID();
    IOException refusal =
        assertThrows(
            IOException.class, () -> adopt("disk", store(DISK, medium(4)), unheardOf, false));
    assertRefused(refusal, unheardOf.toString(), "'disk' at " + DISK);
  }

  @Test
  void shouldSayWhatThereIsWhereNothingIsExpected() throws IOException {
    IOException empty =
        assertThrows(IOException.class, () -> adopt("disk", store(DISK, medium(1))));
    assertRefused(empty, "'disk'", "none at all", "--state-dir");
    identityOf("other", store("/other.img", medium(1)));
    IOException refusal =
        assertThrows(IOException.class, () -> adopt("disk", store(DISK, medium(2))));
    assertRefused(refusal, "'other' at /other.img");
    try (Adoption adoption = directory.adoption("disk")) {
      assertRefused(assertThrows(IOException.class, adoption::path), "'other' at /other.img");
    }
  }

  @Test
  void shouldKnowThePathByWhichTheExportWasOpenedLast() throws IOException {
    identityOf("disk", store(DISK, medium(1)));
    identityOf("disk", store("/later.img", medium(1)));
    try (Adoption adoption = directory.adoption("disk")) {
      assertEquals("/later.img", adoption.path());
    }
  }

  @Test
  void shouldGoOnWithTheStoreWhenACrashLeftTheStrangersRecord() throws IOException {
    UUID store = withLease("disk", store(DISK, medium(1)));
    UUID stranger = identityOf("disk", store(DISK, medium(2)));
    String record = Files.readString(path.resolve(stranger.toString()));
    adopt("disk", store(DISK, medium(2)));
    Files.writeString(path.resolve(stranger.toString()), record);
    assertEquals(store, identityOf("disk", store(DISK, medium(2))));
    assertFalse(store.equals(stranger));
  }
}
