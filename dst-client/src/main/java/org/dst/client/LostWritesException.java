package org.dst.client;

import java.io.IOException;

/**
 * A client died with acknowledged, unflushed writes, and the server has lost its cache since: those
 * writes are lost, and the user of the disk must know.
 */
public final class LostWritesException extends IOException {
  private static final long serialVersionUID = 1;

  LostWritesException(String export) {
    super(
        ("the client that had '%s' attached before died with unflushed writes, and the server has"
                + " lost them since; check the file system, then attach with --accept-loss")
            .formatted(export));
  }
}
