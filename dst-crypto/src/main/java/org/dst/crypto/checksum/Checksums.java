package org.dst.crypto.checksum;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The registry of payload checksums, by name. */
public final class Checksums {
  /** The names offered by default, best first. */
  public static final List<String> DEFAULT = List.of("crc32c", "none");

  /** The keyed checksum, available on secured links only. */
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

  /** All names available on plain links, sorted. */
  public static List<String> names() {
    return List.copyOf(KNOWN.keySet());
  }

  /** All names available on secured links, sorted. */
  public static List<String> securedNames() {
    return Stream.concat(KNOWN.keySet().stream(), Stream.of(KEYED)).sorted().toList();
  }

  /**
   * Creates a checksum for a plain link.
   *
   * @throws IllegalArgumentException if the name is unknown (the message lists the known ones) or
   *     the checksum needs a key
   */
  public static Checksum create(String name) {
    if (KEYED.equals(name)) {
      throw new IllegalArgumentException(
          "checksum '%s' needs a key and therefore a secured link (psk or keys); this one is plain"
              .formatted(name));
    }
    Supplier<Checksum> known = KNOWN.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "unknown checksum '%s'; expected one of %s"
              .formatted(name, String.join(", ", securedNames())));
    }
    return known.get();
  }

  /**
   * Creates a checksum for a secured link.
   *
   * @param keys copied if the checksum is keyed, else ignored
   * @throws IllegalArgumentException if the name is unknown; the message lists the known ones
   */
  public static Checksum create(String name, MacKeys keys) {
    return KEYED.equals(name) ? new HmacChecksum(keys) : create(name);
  }

  /**
   * Creates the checksum that guards a payload before it is assigned to a link: the named one, or
   * SHA-256 in place of the keyed one.
   */
  public static Checksum beforeLink(String name) {
    return create(KEYED.equals(name) ? "sha-256" : name);
  }

  /** The first of {@code wanted} that is in {@code allowed}, or null. */
  public static String choose(List<String> wanted, List<String> allowed) {
    return wanted.stream().filter(allowed::contains).findFirst().orElse(null);
  }
}
