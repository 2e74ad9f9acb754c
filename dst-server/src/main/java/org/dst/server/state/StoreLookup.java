package org.dst.server.state;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.dst.server.medium.MarkComparison;
import org.dst.server.medium.MediumMarks;

/**
 * Finds, among the stores that are known, the one on a medium, and the one that clients expect in
 * some place.
 *
 * @param known all of them; may grow
 */
record StoreLookup(List<KnownStore> known) {
  private static final Comparator<KnownStore> LATEST = Comparator.comparing(KnownStore::seen);

  /**
   * The store on a medium: by its marks; where it has none that last, by the path alone.
   *
   * @param path absolute, as given
   * @return null if it is not known
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
   * The last one that was opened by that path, else under that name; null if there is none. One
   * that stood in the place of another, and that nobody has written to, is not expected by anybody.
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

  /** The one of those that was opened last; null if there is none. */
  KnownStore latest(Predicate<KnownStore> which) {
    return known.stream().filter(which).max(LATEST).orElse(null);
  }

  private static MarkComparison compare(KnownStore store, MediumMarks present) {
    return MediumMarks.compare(store.marks(), present);
  }
}
