package org.dst.server.port;

import java.time.Duration;
import java.util.List;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.message.Listing;
import org.dst.server.access.Peer;
import org.dst.server.engine.IoEngine;
import org.dst.server.export.Export;

/** The server as its links see it. Any thread. */
public interface LinkContext {
  /** The export with that name, or null. */
  Export export(String name);

  /** What that peer may see. */
  List<Listing.Entry> listing(Peer peer);

  /** Carries out the requests of lanes. */
  IoEngine engine();

  /** Seals and opens the records of secured links. */
  RecordCrypto crypto();

  /** Bytes of the largest frame payload. */
  int maxPayload();

  /** Time limit for a new link to attach. */
  Duration attachTimeout();

  /** Silence after which an attached link is pinged. */
  Duration pingInterval();

  /** Silence after which an attached link is considered dead. */
  Duration pingTimeout();

  /** A link was closed, and nothing of its lane runs. */
  void gone(ServerLink link);
}
