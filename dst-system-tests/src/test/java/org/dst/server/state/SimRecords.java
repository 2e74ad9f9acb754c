package org.dst.server.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.dst.server.medium.MediumMarks;
import org.dst.server.session.Lease;

/**
 * Stands in for {@link StoreRecognition} for a store that is always opened by one path, without
 * files.
 */
public final class SimRecords {
  private static final String EXPORT = "disk";
  private static final String PATH = "/dev/disk/by-id/simulated";

  private final List<KnownStore> known = new ArrayList<>();
  private final StoreLookup lookup = new StoreLookup(known);
  private KnownStore current;

  /**
   * A server process starts and finds a medium.
   *
   * @param identities makes the identity of a store that is new
   * @return its record
   */
  public StoreRecord open(MediumMarks present, Supplier<UUID> identities, Instant now) {
    KnownStore found = lookup.on(present, PATH);
    KnownStore opened = found == null ? unknown(identities.get(), now) : found;
    put(opened.with(opened.marks().and(present)).openedAs(EXPORT, PATH, now));
    return current.record();
  }

  private KnownStore unknown(UUID identity, Instant now) {
    KnownStore expected = lookup.expected(EXPORT, PATH);
    return new KnownStore(
        new StoreRecord(identity, Lease.NONE, null, 0),
        EXPORT,
        PATH,
        now,
        MediumMarks.NONE,
        expected == null ? null : expected.identity());
  }

  /** The record of the medium that was opened last. */
  public StoreRecord record() {
    return current.record();
  }

  /** Replaces it. */
  public void change(UnaryOperator<StoreRecord> change) {
    put(current.with(change.apply(current.record())));
  }

  /** The same records, to which a machine may be rolled back. */
  public SimRecords copy() {
    SimRecords copy = new SimRecords();
    copy.known.addAll(known);
    copy.current = current;
    return copy;
  }

  private void put(KnownStore store) {
    known.removeIf(each -> each.identity().equals(store.identity()));
    known.add(store);
    current = store;
  }
}
