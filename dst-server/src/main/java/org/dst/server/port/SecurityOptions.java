package org.dst.server.port;

import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.SecurityMode;

/**
 * What a server requires of links.
 *
 * @param modes accepted modes, at least one; the first is the preferred one
 * @param plainAnywhere whether plain links, if accepted, may come from other machines
 * @param ciphers allowed in secured links, in order of preference; empty only if only plain links
 *     are accepted
 * @param checksums allowed, likewise; at least one
 * @param maxUnproven maximum number of unauthenticated links, at least 1
 * @param maxUnprovenPerAddress maximum number of unauthenticated links of one address, at least 1
 */
public record SecurityOptions(
    List<SecurityMode> modes,
    boolean plainAnywhere,
    List<String> ciphers,
    List<String> checksums,
    int maxUnproven,
    int maxUnprovenPerAddress) {
  private static final int UNPROVEN = 1024;
  private static final int UNPROVEN_PER_ADDRESS = 128;

  /** Plain links only, from this machine or from anywhere. */
  public static SecurityOptions plain(boolean anywhere, List<String> checksums) {
    return new SecurityOptions(
        List.of(SecurityMode.PLAIN),
        anywhere,
        List.of(),
        checksums,
        UNPROVEN,
        UNPROVEN_PER_ADDRESS);
  }

  /** Links of these modes; plain ones, if accepted, from this machine only. */
  public static SecurityOptions of(
      List<SecurityMode> modes, List<String> ciphers, List<String> checksums) {
    return new SecurityOptions(modes, false, ciphers, checksums, UNPROVEN, UNPROVEN_PER_ADDRESS);
  }

  /** Rejects options under which nobody could connect. */
  public SecurityOptions {
    modes = List.copyOf(modes);
    ciphers = List.copyOf(ciphers);
    checksums = List.copyOf(checksums);
    require(!modes.isEmpty() && !modes.contains(SecurityMode.UNKNOWN), "no usable security mode");
    require(modes.equals(List.of(SecurityMode.PLAIN)) || !ciphers.isEmpty(), "no cipher");
    require(!checksums.isEmpty(), "no checksum");
    require(maxUnproven >= 1 && maxUnprovenPerAddress >= 1, "no room for a new link");
  }

  /** The same, also accepting plain links from anywhere. */
  public SecurityOptions withPlainAnywhere() {
    List<SecurityMode> more = new ArrayList<>(modes);
    if (!more.contains(SecurityMode.PLAIN)) {
      more.add(SecurityMode.PLAIN);
    }
    return new SecurityOptions(more, true, ciphers, checksums, maxUnproven, maxUnprovenPerAddress);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("%s (expected: at least one)".formatted(otherwise));
    }
  }

  /** The modes that a client may use. */
  public List<SecurityMode> modesFor(boolean sameMachine) {
    return modes.stream()
        .filter(mode -> mode != SecurityMode.PLAIN || plainAnywhere || sameMachine)
        .toList();
  }
}
