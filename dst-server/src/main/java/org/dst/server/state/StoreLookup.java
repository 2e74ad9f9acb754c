package org.dst.server.state;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.dst.server.medium.MarkComparison;
import org.dst.server.medium.MediumMarks;

/**
 * Finds the store on a medium, and the store that clients expect at a path, among the known stores.
 *
 * @param known all known stores; may grow
 */
record StoreLookup(List<KnownStore> known) {
  private static final Comparator<KnownStore> LATEST = Comparator.comparing(KnownStore::seen);

  /**
   * The store on a medium, identified by its marks or, if it has no lasting ones, by its path.
   *
   * @param path absolute, as given
   * @return null if the store is not known
   */
  KnownStore on(MediumMarks present, String path) {
    KnownStore recognised = latest(store -> compare(store, present) == MarkComparison.SAME);
    return recognised != null
        ? recognised
        : latest(
            store ->
                store.path().equals(path)
                    && compare(store, present) == MarkComparison.UNRECOGNISABLE);
  }

  /**
   * The store last opened by that path, or else under that name; null if there is none. A store
   * that was created in place of another and never written to is not expected by anybody.
   */
  KnownStore expected(String export, String path) {
    KnownStore byPath = latest(store -> store.path().equals(path) && !store.isUnusedStranger());
    return byPath != null
        ? byPath
        : latest(store -> store.export().equals(export) && !store.isUnusedStranger());
  }

  /** The store with an identity; null if there is none. */
  KnownStore get(UUID identity) {
    return latest(store -> store.identity().equals(identity));
  }

  /** The most recently opened of some stores; null if there are none. */
  KnownStore latest(Predicate<KnownStore> which) {
    return known.stream().filter(which).max(LATEST).orElse(null);
  }

  private static MarkComparison compare(KnownStore store, MediumMarks present) {
    return MediumMarks.compare(store.marks(), present);
  }
}
