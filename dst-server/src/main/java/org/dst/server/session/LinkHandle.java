package org.dst.server.session;

import java.util.UUID;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.Peer;
import org.dst.server.lane.ServerLane;

/**
 * A link that wants or has a lane, as the session registry sees it. Methods may be called on any
 * thread.
 */
public interface LinkHandle {
  /** Grants the attach: the link binds {@code lane} and answers. */
  void granted(ServerLane lane, Attached answer);

  /**
   * Refuses the attach: the link answers and ends.
   *
   * @param store the identity of the export's store, to be told to the client; null to tell nothing
   */
  void refused(RefusalCode code, String text, UUID store);

  /**
   * Fences the link: ends it and discards its undecoded and unstarted requests.
   *
   * @param reason for the log
   * @param idle called, on the registry's thread, once nothing of the lane runs in the store
   */
  void fence(String reason, Runnable idle);

  /**
   * Tells the client the size of the export at the time when the notice is written, so that a
   * delayed notice is never older than an earlier message.
   */
  void resized();

  /** Tells the client the store's freshness at the time when the notice is written. */
  void freshened();

  /** The client at the other end. */
  Peer peer();
}
