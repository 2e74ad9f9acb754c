package org.dst.server.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dst.server.session.Lease;

/**
 * What is kept of one store.
 *
 * @param identity names the store for ever
 * @param lease on it
 */
public record StoreRecord(UUID identity, Lease lease) {
  private static final String FORMAT = "dst-store-1";

  /** The record as lines of text. */
  List<String> encode() {
    return List.of(
        "format=" + FORMAT,
        "identity=" + identity,
        "lease.epoch=" + lease.epoch(),
        "lease.holder=" + lease.holder(),
        "lease.client=" + lease.client().replaceAll("\\p{Cntrl}", " "),
        "lease.since=" + lease.since());
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static StoreRecord decode(List<String> lines) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    if (!FORMAT.equals(fields.get("format")) || fields.size() < 6) {
      throw new IllegalArgumentException("not a record of a store");
    }
    try {
      return new StoreRecord(
          UUID.fromString(fields.get("identity")),
          new Lease(
              Long.parseLong(fields.get("lease.epoch")),
              fields.get("lease.holder"),
              fields.get("lease.client"),
              Instant.parse(fields.get("lease.since"))));
    } catch (DateTimeParseException | NullPointerException damaged) {
      throw new IllegalArgumentException("not a whole record of a store", damaged);
    }
  }
}
