package org.dst.client;

import java.nio.file.Path;

/**
 * What a client remembers over its own death.
 *
 * @param directory of the state files; null to remember nothing
 * @param acceptLoss whether to go on although a predecessor's acknowledged writes are lost
 * @param acceptOtherStore whether to attach to another store than the predecessor had, and to
 *     forget that one
 */
public record StateOptions(Path directory, boolean acceptLoss, boolean acceptOtherStore) {
  /** Remembers nothing: for readers, who have nothing to lose. */
  public static final StateOptions NONE = new StateOptions(null, false, false);
}
