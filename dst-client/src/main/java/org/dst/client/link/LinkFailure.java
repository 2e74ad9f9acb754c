package org.dst.client.link;

import java.util.UUID;
import org.dst.protocol.message.RefusalCode;

/**
 * Why a link could not be opened, or ended.
 *
 * @param kind what to do about it
 * @param refusal the server's code if it refused, else NONE
 * @param text what happened, where, and what the user can do
 * @param store identity of the store that the server has under the export's name, if a refusal told
 *     it; otherwise null
 */
public record LinkFailure(Kind kind, RefusalCode refusal, String text, UUID store) {

  /** A failure that tells nothing about the store. */
  public LinkFailure(Kind kind, RefusalCode refusal, String text) {
    this(kind, refusal, text, null);
  }

  /** What a failure means for retries. */
  public enum Kind {
    /** No connection: the server may come back. */
    UNREACHABLE,
    /** The peer is not a DST server. */
    NOT_DST,
    /** The peer did not prove to have the server's key; the server may come back. */
    UNPROVEN,
    /** The server said no. */
    REFUSED,
    /** An open link broke. */
    LOST
  }

  /** A failure other than a refusal. */
  public static LinkFailure of(Kind kind, String text) {
    return new LinkFailure(kind, RefusalCode.NONE, text);
  }

  /** Whether a retry can only fail again. */
  public boolean permanent() {
    return kind == Kind.REFUSED && refusal.permanent();
  }

  /** Whether the server is up and has rejected the attempt. */
  public boolean decided() {
    return kind == Kind.UNPROVEN || kind == Kind.REFUSED && refusal != RefusalCode.UNAVAILABLE;
  }

  /** This failure as an exception. */
  public LinkException asException() {
    return new LinkException(this);
  }
}
