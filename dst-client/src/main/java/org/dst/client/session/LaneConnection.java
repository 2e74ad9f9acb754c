package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.ClientLaneActions;
import org.dst.client.lane.LaneActivity;
import org.dst.client.lane.LaneCore;
import org.dst.client.lane.PinnedExport;
import org.dst.client.link.Dialer;
import org.dst.client.link.Link;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.LinkParameters;
import org.dst.client.link.ServerAddress;
import org.dst.crypto.record.LinkProtection;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's connection to its server across links: dials, attaches, tells {@link LaneCore} what
 * becomes of each link, and detaches at the end. Confined to the lane's event loop.
 */
final class LaneConnection implements Link.User, Dialer.Outcome {
  private static final Logger log = LoggerFactory.getLogger(LaneConnection.class);

  private final SessionOptions options;
  private final SessionOptions.Identity identity;
  private final PinnedExport export;
  private final Counters<ClientCounter> counters;
  private final int lane;
  private final EventLoop loop;
  private final LaneCore core;
  private final Runnable planWake;
  private final LongConsumer onSize;
  private final AddressRotation rotation;
  private final ReconnectCoordinator.Seeker seeker;
  private final FirstAttach firstAttach;
  private final CompletableFuture<Boolean> detached = new CompletableFuture<>();

  private final PayloadChecksums checksums = new PayloadChecksums();
  private LinkProtection protection;
  private Link link;
  private ServerAddress server;
  private boolean leaving;

  /** Whether the server has confirmed the detach. */
  private boolean confirmed;

  /** Why the present outage lasts; null while attached. */
  private String outageCause;

  /** Why the last link was lost or could not be had, kept for the status. */
  private String lastFailure;

  /**
   * A connection without a link.
   *
   * @param lane its number
   * @param planWake to be run after every call of the core
   * @param onSize told the export's size whenever the server announces it
   */
  LaneConnection(
      SessionOptions options,
      SessionOptions.Identity identity,
      PinnedExport export,
      Counters<ClientCounter> counters,
      int lane,
      EventLoop loop,
      LaneCore core,
      Runnable planWake,
      LongConsumer onSize) {
    this.options = options;
    this.identity = identity;
    this.export = export;
    this.counters = counters;
    this.lane = lane;
    this.loop = loop;
    this.core = core;
    this.planWake = planWake;
    this.onSize = onSize;
    rotation = new AddressRotation(options.servers());
    seeker = new ReconnectCoordinator.Seeker(options.servers(), loop, this::reachable);
    firstAttach = new FirstAttach(options, identity);
  }

  /** The present link; null if there is none. */
  Link link() {
    return link;
  }

  PayloadChecksums checksums() {
    return checksums;
  }

  FirstAttach firstAttach() {
    return firstAttach;
  }

  /** Whether nothing more will happen: the lane is leaving and has no link. */
  boolean isGone() {
    return leaving && link == null;
  }

  /** Dials the next address; as {@link ClientLaneActions#dial} says. */
  void dial(long connectNanos) {
    server = rotation.next();
    Dialer dialer = options.dialer();
    if (checksums.algorithm() != null) {
      dialer = dialer.offering(checksums.algorithm());
    }
    dialer.dial(server, connectNanos, loop, this);
  }

  /** Another lane of this process has reached a server at that address. */
  private void reachable(ServerAddress at) {
    if (!leaving) {
      rotation.reached(at);
      core.reachable(System.nanoTime());
      planWake.run();
    }
  }

  @Override
  public void opened(Channel channel, LinkParameters parameters) {
    link = new Link(channel, server, parameters, this);
    protection = parameters.protection();
    checksums.opened(parameters);
    if (leaving) {
      end("detached");
      return;
    }
    core.opened(System.nanoTime());
    planWake.run();
  }

  /** Sends an attach on the link that was opened. */
  void attach(long generation) {
    Attach attach = AttachMessage.of(options, identity, export, lane, generation);
    firstAttach.sent();
    link.send(Opcode.ATTACH, attach::encode);
  }

  @Override
  public void failed(LinkFailure failure) {
    onEnded(failure);
  }

  @Override
  public void onHeard() {
    core.heard(System.nanoTime());
  }

  @Override
  public void onFrame(FrameHeader frame, boolean intact, ByteBuf payload)
      throws MalformedException {
    if (frame.opcode() == Opcode.REPLY) {
      core.reply(frame.id(), frame.status(), intact, payload, System.nanoTime());
      return;
    }
    try {
      if (!intact) {
        throw new MalformedException("wrong payload checksum in " + frame.opcode());
      }
      onControl(frame, payload);
    } finally {
      if (payload != null) {
        payload.release();
      }
    }
  }

  private void onControl(FrameHeader frame, ByteBuf payload) throws MalformedException {
    Opcode opcode = frame.opcode();
    if (opcode == Opcode.PONG) {
      return;
    }
    if (opcode == Opcode.ATTACHED && payload != null) {
      onAttached(Attached.decode(payload));
    } else if (opcode == Opcode.REFUSED && payload != null) {
      onRefused(Refused.decode(payload));
    } else if (opcode == Opcode.NOTICE && payload != null) {
      onNotice(Notice.decode(payload));
    } else if (opcode == Opcode.DETACHED && leaving) {
      confirmed = true;
      end("detached"); // the link gives back what it holds before the lane counts as gone
    } else {
      throw new MalformedException("unexpected frame: " + frame);
    }
  }

  private void onAttached(Attached answer) throws MalformedException {
    int unknown = answer.extensions().firstUnknownCritical();
    if (unknown >= 0) {
      throw new MalformedException(
          "unknown critical extension 0x%04x in ATTACHED".formatted(unknown));
    }
    link.allowPayload(answer.maxPayload());
    String objection = core.attached(answer, System.nanoTime());
    if (objection != null) {
      link.end(
          LinkFailure.of(
              LinkFailure.Kind.LOST,
              "export '%s' at %s is not the one that was attached: %s"
                  .formatted(options.export(), server, objection)));
      return;
    }
    outageCause = null;
    rotation.reached(server);
    ReconnectCoordinator.OF_PROCESS.remove(seeker);
    ReconnectCoordinator.OF_PROCESS.reached(server);
    onSize.accept(answer.size());
    firstAttach.granted(answer);
    planWake.run();
  }

  private void onRefused(Refused refused) throws MalformedException {
    var store = refused.storeIdentity();
    counters.count(ClientCounter.REFUSALS);
    firstAttach.refused();
    if (refused.code() == RefusalCode.DEPOSED && firstAttach.isDone()) {
      core.deposed(refused.text());
    }
    link.end(
        new LinkFailure(
            LinkFailure.Kind.REFUSED,
            refused.code(),
            "server %s refused: %s".formatted(server, refused.text()),
            store));
  }

  private void onNotice(Notice notice) {
    switch (notice) {
      case Notice.GoingAway going -> {
        log.warn("{}: {}", server, going.reason());
        core.goingAway();
      }
      case Notice.Resized resized -> {
        core.resized(resized.size(), System.nanoTime());
        onSize.accept(resized.size());
        planWake.run();
      }
      case Notice.Freshness freshness -> export.fresher(freshness.number());
      case Notice.Unknown unknown -> log.debug("ignored unknown notice {}", unknown.kind());
    }
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    if (writable) {
      core.sendWaiting(System.nanoTime());
    }
  }

  /** Ends the present link, if there is one; {@link #onEnded} follows. */
  void end(String why) {
    if (link != null) {
      link.end(LinkFailure.of(LinkFailure.Kind.LOST, "link to %s: %s".formatted(server, why)));
    }
  }

  @Override
  public void onEnded(LinkFailure why) {
    link = null;
    long now = System.nanoTime();
    if (why.decided()) {
      core.refused();
    }
    core.lost(now);
    if (leaving) {
      detached.complete(confirmed);
      return;
    }
    if (firstAttach.failed(why, rotation.isRoundOver()) || core.isOver()) {
      return;
    }
    lastFailure = why.text();
    ReconnectCoordinator.OF_PROCESS.add(seeker);
    report(why, core.retryNanos(now));
    planWake.run();
  }

  /** An outage is one event: it is logged again only when its cause changes. */
  private void report(LinkFailure why, long retryNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(retryNanos);
    if (why.text().equals(outageCause)) {
      log.debug("{}; retrying in {} ms", why.text(), millis);
    } else {
      log.warn("{}; retrying in {} ms", why.text(), millis);
    }
    outageCause = why.text();
  }

  /** The lane's status with what the connection knows. */
  LaneStatus status(LaneActivity activity) {
    return new LaneStatus(lane, server, lastFailure, activity, protection);
  }

  /** Stops reconnecting; the present link stays. */
  void leave() {
    leaving = true;
    ReconnectCoordinator.OF_PROCESS.remove(seeker);
  }

  /** Leaves the export, if attached by a DETACH that the server confirms. */
  void detach() {
    leave();
    if (core.isUp()) {
      link.send(new FrameHeader().start(Opcode.DETACH, 0, 0), (ByteBuf) null);
    } else {
      detached.complete(false);
      end("detached");
    }
  }

  /** Completes when the lane has left; tells whether the server has confirmed it. Any thread. */
  CompletableFuture<Boolean> detached() {
    return detached;
  }
}
