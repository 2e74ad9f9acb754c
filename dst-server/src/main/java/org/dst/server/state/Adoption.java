package org.dst.server.state;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.server.medium.MediumMarks;
import org.dst.server.store.BlockStore;

/**
 * Binds a store to another medium: a copy that replaces it, a restored backup, a move to another
 * machine. Its clients then write there, and replay what they have not flushed. No server may be
 * serving the store meanwhile. Single use, single thread.
 */
public final class Adoption implements AutoCloseable {
  private final RecordFiles files;
  private final InstantSource clock;
  private final String export;
  private final RecordLock lock;
  private final StoreLookup lookup;

  /**
   * What was done.
   *
   * @param record the store's record now
   * @param medium describes the medium that the store is on now
   * @param former describes the medium that it was on before; null if it is the same
   * @param dropped the store that the medium belonged to in between; null if there was none
   */
  public record Outcome(StoreRecord record, String medium, String former, UUID dropped) {}

  Adoption(RecordFiles files, InstantSource clock, String export) throws IOException {
    this.files = files;
    this.clock = clock;
    this.export = export;
    lock = files.lockAll();
    try {
      lookup = new StoreLookup(files.readAll());
    } catch (IOException unreadable) {
      lock.close();
      throw unreadable;
    }
  }

  /**
   * The path by which the export was last opened.
   *
   * @throws IOException if the directory knows no such export
   */
  public String path() throws IOException {
    KnownStore last = lookup.latest(store -> store.export().equals(export));
    if (last == null) {
      throw unknown("export '" + export + "'");
    }
    return last.path();
  }

  /**
   * Gives a store another medium; durable at the return.
   *
   * @param medium what is to be the store's, which the caller holds open
   * @param wanted the store; null for the one that was expected there
   * @param force even if clients have had the right to write to the store that the medium is now,
   *     which is forgotten
   * @throws IOException if that cannot be; the message says why and what to do
   */
  public Outcome adopt(BlockStore medium, UUID wanted, boolean force) throws IOException {
    String path = StateDirectory.pathOf(medium.info().location());
    MediumMarks present = medium.marks();
    KnownStore there = lookup.on(present, path);
    KnownStore adopted = wanted == null ? expected(there, path) : named(wanted);
    boolean same = there != null && there.identity().equals(adopted.identity());
    KnownStore dropped = same ? null : there;
    if (dropped != null && dropped.wasWritable() && !force) {
      throw new IOException(
          ("%s is %s; clients have written to it, '%s' since %s, and would be refused for ever."
                  + " --force forgets that store")
              .formatted(
                  path,
                  dropped,
                  dropped.record().lease().client(),
                  dropped.record().lease().since()));
    }
    List<RecordLock> locks = new ArrayList<>();
    try {
      locks.add(locked(adopted));
      if (dropped != null) {
        locks.add(locked(dropped));
      }
      KnownStore saved = onNewMedium(files.read(adopted.identity()), path, present);
      files.write(saved);
      if (dropped != null) {
        files.remove(dropped.identity());
      }
      return new Outcome(
          saved.record(),
          "%s (%s)".formatted(path, present),
          same ? null : "%s (%s)".formatted(adopted.path(), adopted.marks()),
          dropped == null ? null : dropped.identity());
    } finally {
      locks.forEach(RecordLock::close);
    }
  }

  private KnownStore onNewMedium(KnownStore store, String path, MediumMarks present) {
    Instant now = clock.instant();
    // Above what any client can have been told, also by a server that counted on after the backup.
    long freshness = Math.max(store.record().freshness() + 1, now.toEpochMilli());
    // What was durable when a former server stopped need not be on this medium.
    StoreRecord record = store.record().withFreshness(freshness).withEndedClean(null);
    return new KnownStore(record, export, path, now, present, null);
  }

  /**
   * The store that the medium was taken for a stranger to; else the last one there, or so named.
   */
  private KnownStore expected(KnownStore there, String path) throws IOException {
    KnownStore replaced =
        there == null || there.insteadOf() == null ? null : lookup.get(there.insteadOf());
    if (replaced != null) {
      return replaced;
    }
    if (there != null && there.export().equals(export)) {
      return there;
    }
    KnownStore named = lookup.latest(store -> store.export().equals(export) && store != there);
    KnownStore last = named == null ? lookup.expected(export, path) : named;
    if (last == null) {
      throw unknown("export '%s', nor any at %s".formatted(export, path));
    }
    return last;
  }

  private KnownStore named(UUID wanted) throws IOException {
    KnownStore store = lookup.get(wanted);
    if (store == null) {
      throw unknown("store " + wanted);
    }
    return store;
  }

  private IOException unknown(String what) {
    StringBuilder text = new StringBuilder("this state directory has no record of ").append(what);
    text.append(lookup.known().isEmpty() ? "; it has none at all" : "; it has");
    for (KnownStore store : lookup.known()) {
      text.append(
          " '%s' at %s: store %s;".formatted(store.export(), store.path(), store.identity()));
    }
    return new IOException(text.append(" (--state-dir names another directory)").toString());
  }

  private RecordLock locked(KnownStore store) throws IOException {
    RecordLock taken = files.lock(store.identity(), true);
    if (taken == null) {
      throw new IOException("%s is served by a running dstd; stop that first".formatted(store));
    }
    return taken;
  }

  /** Lets servers find their records. */
  @Override
  public void close() {
    lock.close();
  }
}
