package org.dst.client;

import java.nio.file.Path;

/**
 * What a client remembers over its own death.
 *
 * @param file the state file; null to remember nothing
 * @param acceptLoss whether to go on although a predecessor's acknowledged writes are lost
 */
public record StateOptions(Path file, boolean acceptLoss) {
  /** Remembers nothing: for readers, who have nothing to lose. */
  public static final StateOptions NONE = new StateOptions(null, false);
}
