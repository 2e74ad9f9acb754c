package org.dst.server.access;

import java.util.List;
import java.util.Set;

/**
 * One access rule: {@code rw key=backup from=10.0.0.0/8}. A peer matches if its address is in one
 * of the ranges, its key has one of the names, and its public key is one of those listed; an empty
 * list matches every peer. Immutable.
 *
 * @param right of matching peers
 * @param ranges empty for any address
 * @param keyNames empty for any key
 * @param publicKeys in the form of {@link PublicKeys}; empty for any key
 * @param text as it was written
 */
public record AccessRule(
    AccessRight right,
    List<AddressRange> ranges,
    Set<String> keyNames,
    Set<String> publicKeys,
    String text) {

  /**
   * Parses a rule; see {@link AccessRuleParser} for the syntax.
   *
   * @throws IllegalArgumentException if it is invalid; the message has the rule, the position of
   *     the error, and what is allowed there
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
