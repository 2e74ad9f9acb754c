package org.dst.server.session;

import org.dst.protocol.message.RefusalCode;

/** What the lease rules say to a session that the registry does not know yet. */
sealed interface LeaseDecision {
  /**
   * The session may attach without a change of the lease.
   *
   * @param epoch the lease epoch that it writes under; 0 if it needs no lease
   */
  record Admit(long epoch) implements LeaseDecision {}

  /** The session becomes the new holder once the lease with the next epoch is durable. */
  record PassLease() implements LeaseDecision {}

  /**
   * The attach is refused.
   *
   * @param conflict whether another client has the lease, or has had it since
   */
  record Refuse(RefusalCode code, String text, boolean conflict) implements LeaseDecision {}
}
