package org.dst.server.access;

import java.util.List;

/**
 * The access rules of one export. With at least one rule, a peer that matches none has no right; a
 * peer that matches several has the widest of their rights, so their order does not matter.
 * Immutable.
 */
public final class AccessRules {
  /** No rules: every authenticated peer may do what the export allows. */
  public static final AccessRules EVERYBODY = new AccessRules(List.of(), AccessRight.WRITE);

  /** Rules are in use, but none of them is about this export. */
  public static final AccessRules NOBODY = new AccessRules(List.of(), AccessRight.NONE);

  private final List<AccessRule> rules;
  private final AccessRight otherwise;

  private AccessRules(List<AccessRule> rules, AccessRight otherwise) {
    this.rules = rules;
    this.otherwise = otherwise;
  }

  /** These rules; with none of them, nobody has a right. */
  public static AccessRules of(List<AccessRule> rules) {
    return rules.isEmpty() ? NOBODY : new AccessRules(List.copyOf(rules), AccessRight.NONE);
  }

  /**
   * Parses rules from a command line.
   *
   * @param texts empty for {@link #EVERYBODY}
   * @throws IllegalArgumentException as {@link AccessRule#parse}
   */
  public static AccessRules parse(List<String> texts) {
    return texts.isEmpty() ? EVERYBODY : of(texts.stream().map(AccessRule::parse).toList());
  }

  /** The widest right that a rule grants to the peer. */
  public AccessRight rightOf(Peer peer) {
    AccessRight most = otherwise;
    for (AccessRule rule : rules) {
      if (rule.matches(peer)) {
        most = most.orMore(rule.right());
      }
    }
    return most;
  }

  /** The rules as text, for messages. */
  @Override
  public String toString() {
    if (rules.isEmpty()) {
      return otherwise == AccessRight.NONE ? "nobody" : "everybody";
    }
    return String.join("; ", rules.stream().map(AccessRule::text).toList());
  }
}
