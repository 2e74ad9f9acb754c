package org.dst.server.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.dst.server.session.Lease;

/**
 * The durable record of one store.
 *
 * @param identity names the store for ever
 * @param lease on the store
 * @param endedClean the verifier of the latest cache lifetime that a planned stop ended after a
 *     successful sync; null if there was none
 * @param freshness a number that only rises, so that clients notice when the store is rolled back
 */
public record StoreRecord(UUID identity, Lease lease, UUID endedClean, long freshness) {
  /** The record of a store that was never used. */
  public static StoreRecord fresh() {
    return new StoreRecord(UUID.randomUUID(), Lease.NONE, null, 0);
  }

  /** The same with another lease. */
  public StoreRecord with(Lease another) {
    return new StoreRecord(identity, another, endedClean, freshness);
  }

  /** The same after a planned stop. */
  public StoreRecord withEndedClean(UUID verifier) {
    return new StoreRecord(identity, lease, verifier, freshness);
  }

  /** The same, later. */
  public StoreRecord withFreshness(long number) {
    return new StoreRecord(identity, lease, endedClean, number);
  }

  /** The same, a step later. */
  public StoreRecord fresher() {
    return withFreshness(freshness + 1);
  }

  /** The record as lines of text. */
  List<String> encode() {
    return List.of(
        "identity=" + identity,
        "lease.epoch=" + lease.epoch(),
        "lease.holder=" + lease.holder(),
        "lease.client=" + lease.client().replaceAll("\\p{Cntrl}", " "),
        "lease.since=" + lease.since(),
        "clean=" + (endedClean == null ? "" : endedClean),
        "freshness=" + freshness);
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static StoreRecord decode(Map<String, String> fields) {
    try {
      return new StoreRecord(
          UUID.fromString(fields.get("identity")),
          new Lease(
              Long.parseLong(fields.get("lease.epoch")),
              Objects.requireNonNull(fields.get("lease.holder")),
              Objects.requireNonNull(fields.get("lease.client")),
              Instant.parse(fields.get("lease.since"))),
          fields.get("clean").isEmpty() ? null : UUID.fromString(fields.get("clean")),
          Long.parseLong(fields.get("freshness")));
    } catch (DateTimeParseException | NullPointerException damaged) {
      throw new IllegalArgumentException("not a whole record of a store", damaged);
    }
  }
}
