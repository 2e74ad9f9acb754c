package org.dst.server.access;

import java.util.List;
import java.util.Set;

/**
 * One line of who may do what: {@code rw key=backup from=10.0.0.0/8}. A peer matches if it is in
 * one of the ranges, has a key of one of the names, and one of the public keys; what a rule does
 * not mention does not matter. Immutable.
 *
 * @param right of who matches
 * @param ranges none: from anywhere
 * @param keyNames none: whatever its key
 * @param publicKeys in the form of {@link PublicKeys}; none: whatever its key
 * @param text as it was written
 */
public record AccessRule(
    AccessRight right,
    List<AddressRange> ranges,
    Set<String> keyNames,
    Set<String> publicKeys,
    String text) {

  /**
   * Reads a rule; see {@link AccessRuleParser} for its words.
   *
   * @throws IllegalArgumentException if it makes no sense; the message has the rule, the character
   *     at which it goes wrong and what is allowed there
   */
  public static AccessRule parse(String text) {
    return new AccessRuleParser(text).parse();
  }

  boolean matches(Peer peer) {
    return (ranges.isEmpty() || ranges.stream().anyMatch(range -> range.contains(peer.address())))
        && (keyNames.isEmpty() || peer.keyName() != null && keyNames.contains(peer.keyName()))
        && (publicKeys.isEmpty()
            || peer.publicKey() != null && publicKeys.contains(peer.publicKey()));
  }

  @Override
  public String toString() {
    return text;
  }
}
