package org.dst.server.state;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.server.medium.Mark;
import org.dst.server.medium.MediumMarks;
import org.dst.server.store.BlockStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the records of stores by their media, and creates missing ones. An unknown medium is a new
 * store, even where another one was at its path: clients of that one are refused, so that nothing
 * meant for it is written here. Single thread.
 */
public final class StoreRecognition implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreRecognition.class);

  private final RecordFiles files;
  private final InstantSource clock;
  private final RecordLock lock;
  private final List<KnownStore> known;
  private final StoreLookup lookup;

  StoreRecognition(RecordFiles files, InstantSource clock) throws IOException {
    this.files = files;
    this.clock = clock;
    lock = files.lockAll();
    try {
      known = new ArrayList<>(files.readAll());
    } catch (IOException unreadable) {
      lock.close();
      throw unreadable;
    }
    lookup = new StoreLookup(known);
  }

  /**
   * The record of a store, locked exclusively unless the store is read-only. Logs what an operator
   * must know: that another medium was expected, or that this one cannot be recognised.
   *
   * @param export the name under which it is exported
   * @throws IOException if another server has the record, or it cannot be read or written; the
   *     message says what to do
   */
  public LockedRecord open(String export, BlockStore store) throws IOException {
    String path = StateDirectory.pathOf(store.info().location());
    MediumMarks present = store.marks();
    KnownStore recognised = lookup.on(present, path);
    KnownStore expected = missed(lookup.expected(export, path), recognised);
    KnownStore opened = recognised == null ? unknown(store, expected) : recognised;
    boolean exclusive = !store.info().readOnly();
    RecordLock taken = files.lock(opened.identity(), exclusive);
    if (taken == null) {
      throw new IOException(
          "%s is %s, which another dstd with this state directory serves or adopts"
              .formatted(path, opened));
    }
    try {
      KnownStore current = recognised == null ? opened : files.read(opened.identity());
      MediumMarks marks = tagged(current, present, store);
      KnownStore saved = current.with(marks).openedAs(export, path, clock.instant());
      files.write(saved);
      if (recognised == null && expected == null) {
        files.removeFormer(realPath(store));
      }
      known.removeIf(former -> former.identity().equals(saved.identity()));
      known.add(saved);
      tell(recognised, expected, saved);
      return new LockedRecord(files, taken, saved);
    } catch (IOException failed) {
      taken.close();
      throw failed;
    }
  }

  /** What clients expect is missed if it is another store, and no server has it. */
  private KnownStore missed(KnownStore expected, KnownStore recognised) throws IOException {
    boolean there =
        expected == null || recognised != null && expected.identity().equals(recognised.identity());
    return there || files.isInUse(expected.identity()) ? null : expected;
  }

  /** A new store or, once, the one that an earlier version recorded for this path. */
  private KnownStore unknown(BlockStore store, KnownStore expected) throws IOException {
    String location = store.info().location();
    Path path = realPath(store);
    StoreRecord former = expected == null ? files.readFormer(path) : null;
    if (former != null) {
      log.info(
          "{} is store {}, as recorded by an earlier version of dstd", path, former.identity());
    }
    return new KnownStore(
        former == null ? StoreRecord.fresh() : former,
        "",
        location,
        clock.instant(),
        MediumMarks.NONE,
        expected == null ? null : expected.identity());
  }

  private static Path realPath(BlockStore store) {
    Path path = Path.of(store.info().location()).toAbsolutePath();
    try {
      return path.toRealPath();
    } catch (IOException goneMeanwhile) {
      return path;
    }
  }

  /**
   * A file gets a tag of this store's own, or its former one again, before the record says so: were
   * it the other way round, a crash between would make the file another medium.
   */
  private static MediumMarks tagged(KnownStore current, MediumMarks present, BlockStore store)
      throws IOException {
    MediumMarks marks = current.marks().and(present);
    String recorded = current.marks().get(Mark.TAG);
    boolean there = recorded != null && recorded.equals(present.get(Mark.TAG));
    if (there || store.info().readOnly() || !"file".equals(present.get(Mark.KIND))) {
      return marks;
    }
    String tag = recorded == null ? current.identity() + "." + UUID.randomUUID() : recorded;
    return store.leave(tag) ? marks.with(Mark.TAG, tag) : marks;
  }

  private static void tell(KnownStore recognised, KnownStore expected, KnownStore opened) {
    if (expected != null) {
      log.warn(
          "'{}': {} is a different medium than before. Expected: {}. Found: store {} ({}). Clients"
              + " of store {} are refused, and nothing of theirs is written here. Bring its medium"
              + " back; or, if this one takes its place, stop dstd and run 'dstd adopt {}'",
          opened.export(),
          opened.path(),
          expected,
          opened.identity(),
          opened.marks(),
          expected.identity(),
          opened.export());
    } else if (recognised != null && !recognised.path().equals(opened.path())) {
      log.info(
          "'{}': {} is store {}, which was at {} before",
          opened.export(),
          opened.path(),
          opened.identity(),
          recognised.path());
    }
    if (!opened.marks().hasLasting()) {
      log.warn(
          "'{}': {} has no stable identifier ({}): dstd cannot tell when another file or device of"
              + " the same kind and size takes its place",
          opened.export(),
          opened.path(),
          opened.marks());
    }
  }

  /** Lets other servers look up their records. */
  @Override
  public void close() {
    lock.close();
  }
}
