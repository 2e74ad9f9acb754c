package org.dst.server.port;

import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.SecurityMode;

/**
 * What a server demands of links before it talks to them.
 *
 * @param modes that it takes, at least one, preferred first; the first is what it asks for
 * @param plainAnywhere whether plain links, if it takes any, may come from other machines
 * @param ciphers that it allows in secured links, for people in the order given; empty only if it
 *     takes plain links alone
 * @param checksums that it allows, likewise; at least one
 * @param maxUnproven links at once whose client has not proved anything yet, at least 1
 * @param maxUnprovenPerAddress of those from one address, at least 1
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

  /** Plain links only, from this machine only or from anywhere. */
  public static SecurityOptions plain(boolean anywhere, List<String> checksums) {
    return new SecurityOptions(
        List.of(SecurityMode.PLAIN),
        anywhere,
        List.of(),
        checksums,
        UNPROVEN,
        UNPROVEN_PER_ADDRESS);
  }

  /** Links of these modes; plain ones, if they are among them, from this machine only. */
  public static SecurityOptions of(
      List<SecurityMode> modes, List<String> ciphers, List<String> checksums) {
    return new SecurityOptions(modes, false, ciphers, checksums, UNPROVEN, UNPROVEN_PER_ADDRESS);
  }

  /** Refuses what nobody could connect to. */
  public SecurityOptions {
    modes = List.copyOf(modes);
    ciphers = List.copyOf(ciphers);
    checksums = List.copyOf(checksums);
    require(!modes.isEmpty() && !modes.contains(SecurityMode.UNKNOWN), "no usable security mode");
    require(modes.equals(List.of(SecurityMode.PLAIN)) || !ciphers.isEmpty(), "no cipher");
    require(!checksums.isEmpty(), "no checksum");
    require(maxUnproven >= 1 && maxUnprovenPerAddress >= 1, "no room for a new link");
  }

  /** The same with plain links from anywhere, besides those of the other modes. */
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

  /** The modes in which a client may come. */
  public List<SecurityMode> modesFor(boolean sameMachine) {
    return modes.stream()
        .filter(mode -> mode != SecurityMode.PLAIN || plainAnywhere || sameMachine)
        .toList();
  }
}
