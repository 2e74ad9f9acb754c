package org.dst.crypto.checksum;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The known checksums, by name. */
public final class Checksums {
  /** What is offered unless somebody says otherwise, best first. */
  public static final List<String> DEFAULT = List.of("crc32c", "none");

  /** The one that is keyed, so that it exists on secured links only. */
  public static final String KEYED = "hmac-sha-256";

  private static final Map<String, Supplier<Checksum>> KNOWN =
      new TreeMap<>(
          Map.of(
              "none", NoChecksum::new,
              "crc32c", Crc32cChecksum::new,
              "xxh3", Xxh3Checksum::new,
              "sha-256", () -> new DigestChecksum("sha-256", "SHA-256"),
              "sha3-256", () -> new DigestChecksum("sha3-256", "SHA3-256"),
              "blake3", Blake3Checksum::new));

  private Checksums() {}

  /** Every name that a plain link can have, sorted. */
  public static List<String> names() {
    return List.copyOf(KNOWN.keySet());
  }

  /** Every name that a secured link can have, sorted. */
  public static List<String> securedNames() {
    return Stream.concat(KNOWN.keySet().stream(), Stream.of(KEYED)).sorted().toList();
  }

  /**
   * A new instance, for a plain link.
   *
   * @throws IllegalArgumentException if there is none of that name, in which case the message lists
   *     those there are, or if it needs a key
   */
  public static Checksum create(String name) {
    if (KEYED.equals(name)) {
      throw new IllegalArgumentException(
          "checksum '%s' needs a key, and so a secured link (psk or keys); this one is plain"
              .formatted(name));
    }
    Supplier<Checksum> known = KNOWN.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "unknown checksum '%s'; known are %s".formatted(name, String.join(", ", securedNames())));
    }
    return known.get();
  }

  /**
   * A new instance, for a secured link.
   *
   * @param keys used if the checksum is keyed, which copies them
   * @throws IllegalArgumentException if there is none of that name; the message lists those there
   *     are
   */
  public static Checksum create(String name, MacKeys keys) {
    return KEYED.equals(name) ? new HmacChecksum(keys) : create(name);
  }

  /**
   * A new instance of what a payload is checked with before it knows its link: the checksum of that
   * name, or SHA-256 instead of one that needs a link's key.
   */
  public static Checksum beforeLink(String name) {
    return create(KEYED.equals(name) ? "sha-256" : name);
  }

  /** The first of {@code wanted} that {@code allowed} has too, or null. */
  public static String choose(List<String> wanted, List<String> allowed) {
    return wanted.stream().filter(allowed::contains).findFirst().orElse(null);
  }
}
