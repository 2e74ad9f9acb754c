package org.dst.server.access;

import java.util.List;

/**
 * Who may do what with one export. As soon as there is any rule, whoever matches none may do
 * nothing; who matches several may do the most that one of them gives, so their order does not
 * matter. Immutable.
 */
public final class AccessRules {
  /** There is no rule: whoever passed the handshake may do what the export allows. */
  public static final AccessRules EVERYBODY = new AccessRules(List.of(), AccessRight.WRITE);

  /** Rules are kept somewhere, and none of them is about this export. */
  public static final AccessRules NOBODY = new AccessRules(List.of(), AccessRight.NONE);

  private final List<AccessRule> rules;
  private final AccessRight otherwise;

  private AccessRules(List<AccessRule> rules, AccessRight otherwise) {
    this.rules = rules;
    this.otherwise = otherwise;
  }

  /** Exactly these rules; without any, nobody may do anything. */
  public static AccessRules of(List<AccessRule> rules) {
    return rules.isEmpty() ? NOBODY : new AccessRules(List.copyOf(rules), AccessRight.NONE);
  }

  /**
   * Reads rules as they stand on a command line.
   *
   * @param texts none of them: {@link #EVERYBODY}
   * @throws IllegalArgumentException as {@link AccessRule#parse}
   */
  public static AccessRules parse(List<String> texts) {
    return texts.isEmpty() ? EVERYBODY : of(texts.stream().map(AccessRule::parse).toList());
  }

  /** The most that the peer may do. */
  public AccessRight rightOf(Peer peer) {
    AccessRight most = otherwise;
    for (AccessRule rule : rules) {
      if (rule.matches(peer)) {
        most = most.orMore(rule.right());
      }
    }
    return most;
  }

  /** The rules in messages for people. */
  @Override
  public String toString() {
    if (rules.isEmpty()) {
      return otherwise == AccessRight.NONE ? "nobody" : "everybody";
    }
    return String.join("; ", rules.stream().map(AccessRule::text).toList());
  }
}
