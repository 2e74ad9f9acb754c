package org.dst.client.link;

import java.io.IOException;

/** A {@link LinkFailure} as an exception, for callers that wait. */
public final class LinkException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient LinkFailure failure;

  LinkException(LinkFailure failure) {
    super(failure.text());
    this.failure = failure;
  }

  /** What happened. */
  public LinkFailure failure() {
    return failure;
  }
}
