package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import java.time.Instant;
import org.dst.crypto.record.LinkProtection;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.server.lane.ServerLane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions phase of a link: carries the frames of its lane until the client detaches or the
 * link ends. Event loop only.
 */
final class TransactionsPhase {
  private static final Logger log = LoggerFactory.getLogger(ServerLink.class);

  private final RegistryProxy registry;
  private final ControlWriter control;
  private final ServerLane lane;
  private final LaneTraffic traffic;
  private final Instant since = Instant.now();
  private KeepAliveTimer keepAlive;
  private boolean detaching;

  TransactionsPhase(
      RegistryProxy registry, ControlWriter control, ServerLane lane, LaneTraffic traffic) {
    this.registry = registry;
    this.control = control;
    this.lane = lane;
    this.traffic = traffic;
  }

  /**
   * Answers the attach.
   *
   * @param timer watches for a silent client, until the link is closed
   * @param origin the client, for the log
   */
  void start(Attached answer, KeepAliveTimer timer, String origin) {
    keepAlive = timer;
    control.send(Opcode.ATTACHED, answer::encode);
    control.flush();
    Attach attach = registry.attach();
    log.info(
        "{} attached to '{}' as '{}', {}, lane {} of {}",
        origin,
        registry.export().name(),
        attach.client(),
        attach.access().writable() ? "read-write" : "read-only",
        attach.lane(),
        attach.lanes());
  }

  RegistryProxy registry() {
    return registry;
  }

  boolean isDetaching() {
    return detaching;
  }

  /** Where the link is, for the message about a frame that does not belong there. */
  String phase() {
    return detaching ? "after DETACH" : "from a client";
  }

  /** Takes in a request and owns its payload. */
  void receive(FrameHeader header, byte[] sum, ByteBuf payload) throws MalformedException {
    traffic.receive(header, sum, payload);
  }

  /**
   * The client detaches. No request is taken in from now on: another client may get the lease
   * before this link is closed.
   *
   * @param detached called on the home loop once nothing runs and the lease is released
   */
  void detach(Runnable detached) throws MalformedException {
    if (detaching) {
      throw new MalformedException("DETACH after a DETACH");
    }
    detaching = true;
    traffic.drain(() -> registry.detach(detached));
  }

  /** Bytes came from the client. */
  void heard() {
    if (keepAlive != null) {
      keepAlive.heard();
    }
  }

  void writabilityChanged(boolean writable) {
    traffic.writabilityChanged(writable);
  }

  /** Sends a notice, unless the client is detaching. */
  void send(Notice notice) {
    if (!detaching) {
      control.send(Opcode.NOTICE, notice::encode);
      control.flush();
    }
  }

  /** Tells the client that the server is stopping; calls {@code done} once nothing runs. */
  void goAway(String reason, Runnable done) {
    control.send(Opcode.NOTICE, new Notice.GoingAway(reason)::encode);
    control.flush();
    traffic.stop(done);
  }

  /**
   * The channel is closed.
   *
   * @param idle called once nothing of the lane runs in the store
   */
  void close(Runnable idle) {
    if (keepAlive != null) {
      keepAlive.stop();
    }
    traffic.close(idle);
  }

  LinkStatus status(String origin, LinkProtection protection) {
    Attach attach = registry.attach();
    return new LinkStatus(
        registry.export().name(),
        attach.session(),
        attach.client(),
        origin,
        attach.access(),
        attach.lanes(),
        lane.inFlight(),
        since,
        protection);
  }
}
