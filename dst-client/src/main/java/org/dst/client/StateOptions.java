package org.dst.client;

import java.nio.file.Path;

/**
 * How a client keeps state across its own crashes.
 *
 * @param directory of the state files; null to keep none
 * @param acceptLoss whether to go on although a predecessor's acknowledged writes are lost
 * @param acceptOtherStore whether to attach to another store than the predecessor had, and discard
 *     the state of that one
 */
public record StateOptions(Path directory, boolean acceptLoss, boolean acceptOtherStore) {
  /** Keeps no state: for readers, who have nothing to lose. */
  public static final StateOptions NONE = new StateOptions(null, false, false);
}
