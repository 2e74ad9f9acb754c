package org.dst.server.session;

import java.util.UUID;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.Peer;
import org.dst.server.lane.ServerLane;

/**
 * A link that wants, or has, a lane, as the session registry sees it. Methods may be called
 * anywhere.
 */
public interface LinkHandle {
  /** The attach is granted: the link binds {@code lane} and answers. */
  void granted(ServerLane lane, Attached answer);

  /**
   * The attach is refused: the link answers and ends.
   *
   * @param store the identity of the export's store, which the client is told; null to tell nothing
   */
  void refused(RefusalCode code, String text, UUID store);

  /**
   * Ends the link; its undecoded and unstarted requests are discarded.
   *
   * @param reason for the log
   * @param idle called, on the registry's own thread, once nothing of the lane runs in the store
   */
  void fence(String reason, Runnable idle);

  /**
   * Tells the client that the export has another size: the one that it has when the notice is
   * written, so that a notice that was waiting is never older than what was written before it.
   */
  void resized();

  /** Tells the client how fresh the store is when the notice is written. */
  void freshened();

  /** Who is at its other end. */
  Peer peer();
}
