package org.dst.client.link;

import java.util.UUID;
import org.dst.protocol.message.RefusalCode;

/**
 * Why a link could not be had, or ended.
 *
 * @param kind what to do about it
 * @param refusal the server's code if it refused, else NONE
 * @param text for people: where, what came, what to do
 * @param store the identity of the store that the server has under the export's name; null unless a
 *     refusal told it
 */
public record LinkFailure(Kind kind, RefusalCode refusal, String text, UUID store) {

  /** A failure without a word on the store. */
  public LinkFailure(Kind kind, RefusalCode refusal, String text) {
    this(kind, refusal, text, null);
  }

  /** What a failure means for trying again. */
  public enum Kind {
    /** No connection: the server may come back. */
    UNREACHABLE,
    /** What answers there is no DST server. */
    NOT_DST,
    /** What answers there does not prove to have the server's key; the server may come back. */
    UNPROVEN,
    /** The server said no. */
    REFUSED,
    /** A link that worked is gone, or damaged. */
    LOST
  }

  /** A failure that is no refusal. */
  public static LinkFailure of(Kind kind, String text) {
    return new LinkFailure(kind, RefusalCode.NONE, text);
  }

  /** Whether the same attempt can only fail again. */
  public boolean permanent() {
    return kind == Kind.REFUSED && refusal.permanent();
  }

  /** Whether somebody is there who has looked at the attempt and does not want it now. */
  public boolean decided() {
    return kind == Kind.UNPROVEN || kind == Kind.REFUSED && refusal != RefusalCode.UNAVAILABLE;
  }

  /** This failure as an exception for a caller who waits. */
  public LinkException asException() {
    return new LinkException(this);
  }
}
