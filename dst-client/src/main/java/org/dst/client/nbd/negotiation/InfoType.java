package org.dst.client.nbd.negotiation;

/** What a NBD_REP_INFO reply describes. */
final class InfoType {
  /** Size and transmission flags; always sent. */
  static final int EXPORT = 0;

  /** The canonical name. */
  static final int NAME = 1;

  /** A description to show to users. */
  static final int DESCRIPTION = 2;

  /** Smallest, preferred and largest length of a request. */
  static final int BLOCK_SIZE = 3;

  private InfoType() {}
}
