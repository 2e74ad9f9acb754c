package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.record.LinkProtection;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameDecoder;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameListener;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.codec.LinkSecurity;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.server.Export;
import org.dst.server.access.Peer;
import org.dst.server.session.LinkHandle;
import org.dst.server.session.ServerLane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection after its opening: waits for an attach or a listing, then carries the
 * frames of one lane. Lives on its channel's event loop; {@link LinkHandle} calls come from others
 * and are passed to it.
 */
public final class ServerLink implements FrameListener, LinkHandle {
  private static final Logger log = LoggerFactory.getLogger(ServerLink.class);

  private final LinkContext server;
  private final Channel channel;
  private final Peer peer;
  private final Checksum checksum;
  private final LinkProtection protection;
  private final FrameDecoder decoder;
  private final FrameWriter writer;
  private final FrameHeader header = new FrameHeader();
  private final ScheduledFuture<?> attachTimer;

  private boolean listed;
  private Attach attach;
  private Export export;
  private LaneTraffic traffic;
  private ServerLane lane;
  private Instant grantedAt;
  private KeepAliveTimer pulse;
  private String endReason;
  private boolean leaving;
  private boolean closed;
  private boolean idle;

  /** Completes once the link is closed and nothing of its lane runs. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** Whoever waits until nothing of the lane runs; several may. */
  private final List<Runnable> fenced = new ArrayList<>();

  /**
   * A link over a channel whose opening, and handshake if there is one, is done.
   *
   * @param peer whom the handshake has shown
   * @param security what the link is secured with; null if it is plain
   * @param protection the same in words
   */
  ServerLink(
      LinkContext server,
      Channel channel,
      Peer peer,
      Checksum checksum,
      LinkSecurity security,
      LinkProtection protection) {
    this.protection = protection;
    this.server = server;
    this.channel = channel;
    this.peer = peer;
    this.checksum = checksum;
    decoder = FrameDecoder.of(this, checksum.length(), security);
    writer = FrameWriter.of(channel, checksum.length(), checksum::compute, security, this);
    channel.pipeline().addLast(decoder);
    attachTimer =
        channel
            .eventLoop()
            .schedule(
                () -> end("no attach within " + server.attachTimeout().toSeconds() + " s"),
                server.attachTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public int maxPayload(FrameHeader header) {
    return traffic != null && header.opcode() == Opcode.WRITE
        ? server.maxPayload()
        : Limits.MAX_CONTROL_PAYLOAD;
  }

  @Override
  public int maxPayload() {
    return traffic == null
        ? Limits.MAX_CONTROL_PAYLOAD
        : Math.max(server.maxPayload(), Limits.MAX_CONTROL_PAYLOAD);
  }

  @Override
  public void onFrame(FrameHeader frame, byte[] sum, ByteBuf payload) throws MalformedException {
    Opcode opcode = frame.opcode();
    if (traffic != null && !leaving && (opcode == null || opcode.isRequest())) {
      traffic.receive(frame, sum, payload);
      return;
    }
    try {
      if (payload != null && !checksum.matches(payload, sum)) {
        throw new MalformedException("checksum of the payload of " + opcode);
      }
      control(frame, payload);
    } finally {
      if (payload != null) {
        payload.release();
      }
    }
  }

  private void control(FrameHeader frame, ByteBuf payload) throws MalformedException {
    Opcode.Phase phase = traffic == null ? Opcode.Phase.ATTACH : Opcode.Phase.TRANSACTIONS;
    Opcode opcode = frame.opcode();
    if (opcode == null || !opcode.belongsTo(phase)) {
      throw outOfPlace(frame);
    }
    switch (opcode) {
      case PING -> {
        header.start(Opcode.PONG, 0, frame.id()).range(frame.offset(), 0);
        writer.write(header, null);
      }
      case PONG -> {}
      case ATTACH -> attach(Attach.decode(required(payload, frame)));
      case LIST -> list();
      case DETACH -> detach();
      case READ, WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE, BLOCK_STATUS -> throw outOfPlace(frame);
      case REPLY, NOTICE, DETACHED, ATTACHED, REFUSED, LISTING -> throw outOfPlace(frame);
    }
  }

  /** Nothing is taken in after it: another client may have the lease before this link is closed. */
  private void detach() throws MalformedException {
    if (leaving) {
      throw new MalformedException("DETACH after a DETACH");
    }
    leaving = true;
    traffic.drain(this::drained);
  }

  private static ByteBuf required(ByteBuf payload, FrameHeader frame) throws MalformedException {
    if (payload == null) {
      throw new MalformedException(frame.opcode() + " without a payload");
    }
    return payload;
  }

  private MalformedException outOfPlace(FrameHeader frame) {
    return new MalformedException(
        "opcode %s does not belong here (%s)"
            .formatted(
                frame.opcode() == null ? frame.opcodeCode() : frame.opcode(),
                traffic == null ? "before an attach" : leaving ? "after DETACH" : "from a client"));
  }

  private void list() throws MalformedException {
    if (listed || attach != null) {
      throw new MalformedException("LIST after a LIST or an ATTACH on one link");
    }
    listed = true;
    for (Listing part : Listing.parts(server.listing(peer))) {
      send(Opcode.LISTING, part::encode);
    }
  }

  private void attach(Attach wanted) throws MalformedException {
    if (attach != null || listed) {
      throw new MalformedException("ATTACH after an ATTACH or a LIST on one link");
    }
    attach = wanted;
    Export found = server.export(wanted.export());
    if (found == null) {
      refused(
          RefusalCode.UNKNOWN_EXPORT, "server has no export named '" + wanted.export() + "'", null);
    } else {
      export = found;
      onHomeLoop(() -> export.registry().attach(wanted, this));
    }
  }

  @Override
  public void granted(ServerLane lane, Attached answer) {
    channel.eventLoop().execute(() -> startTraffic(lane, answer));
  }

  private void startTraffic(ServerLane granted, Attached answer) {
    attachTimer.cancel(false);
    lane = granted;
    grantedAt = Instant.now();
    traffic = new LaneTraffic(server.engine(), channel, decoder, writer, checksum, lane);
    lane.bind(traffic, answer.verifier());
    if (closed) {
      traffic.close(this::laneIdle);
      return;
    }
    pulse =
        new KeepAliveTimer(
            channel.eventLoop(),
            server.pingInterval(),
            server.pingTimeout(),
            this::ping,
            this::end);
    send(Opcode.ATTACHED, answer::encode);
    writer.flush();
    log.info(
        "{} attached to '{}' as '{}', {}, lane {} of {}",
        origin(),
        export.name(),
        attach.client(),
        attach.access().writable() ? "read-write" : "read-only",
        attach.lane(),
        attach.lanes());
  }

  /** What the link is doing; null if it serves no lane. Any thread; answered by the event loop. */
  public CompletableFuture<LinkStatus> status() {
    return CompletableFuture.supplyAsync(this::statusHere, channel.eventLoop());
  }

  private LinkStatus statusHere() {
    return traffic == null || closed
        ? null
        : new LinkStatus(
            export.name(),
            attach.session(),
            attach.client(),
            origin(),
            attach.access(),
            attach.lanes(),
            lane.inFlight(),
            grantedAt,
            protection);
  }

  @Override
  public void refused(RefusalCode code, String text, UUID store) {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(() -> refused(code, text, store));
      return;
    }
    if (closed) {
      return;
    }
    // The attach timer goes on: it ends the link of a client that does not read its refusal.
    log.warn("refused {}: {}", origin(), text);
    send(Opcode.REFUSED, Refused.of(code, text, store)::encode);
    endFlushed(text);
  }

  @Override
  public void fence(String reason, Runnable whenIdle) {
    channel
        .eventLoop()
        .execute(
            () -> {
              fenced.add(whenIdle);
              end(reason);
              reportFenced();
            });
  }

  /**
   * Ends the link in whatever phase it is; its unstarted requests are discarded.
   *
   * @param reason for the log
   * @return completes on the link's event loop once nothing of it runs in the store
   */
  public CompletableFuture<Void> revoke(String reason) {
    channel.eventLoop().execute(() -> end(reason));
    return gone;
  }

  /** Tells the client that the server stops, and ends the link when nothing runs any more. */
  public void goAway(String reason) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (traffic == null || closed) {
                end(reason);
                return;
              }
              send(Opcode.NOTICE, new Notice.GoingAway(reason)::encode);
              writer.flush();
              traffic.stop(() -> endFlushed(reason));
            });
  }

  @Override
  public void resized() {
    notify(() -> new Notice.Resized(export.announcedSize()));
  }

  @Override
  public void freshened() {
    notify(() -> new Notice.Freshness(export.freshness()));
  }

  /** Sends what is true when it is written, if the link serves a lane by then. */
  private void notify(Supplier<Notice> notice) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (traffic != null && !closed && !leaving) {
                send(Opcode.NOTICE, notice.get()::encode);
                writer.flush();
              }
            });
  }

  /** Nothing of the lane runs any more: the client may go once its lease is given back. */
  private void drained() {
    Runnable left = () -> channel.eventLoop().execute(this::detached);
    onHomeLoop(() -> export.registry().detach(attach.session(), attach.lane(), this, left));
  }

  private void detached() {
    if (!closed) {
      header.start(Opcode.DETACHED, 0, 0);
      writer.write(header, null);
      endFlushed("detached");
    }
  }

  /** Ends the link once everything that was written has left. */
  private void endFlushed(String reason) {
    endReason = reason;
    writer.flush();
    writer.mark().addListener(ChannelFutureListener.CLOSE);
  }

  private void ping() {
    writer.write(header.start(Opcode.PING, 0, 0), null);
    writer.flush();
  }

  private void send(Opcode opcode, Consumer<ByteBuf> body) {
    ByteBuf payload = channel.alloc().directBuffer();
    body.accept(payload);
    writer.write(header.start(opcode, 0, 0), payload);
  }

  private void end(String reason) {
    if (endReason == null) {
      endReason = reason;
    }
    channel.close();
  }

  @Override
  public void onMalformed(MalformedException cause) {
    log.warn("ended the link of {}: {}", origin(), cause.getMessage());
    end(cause.getMessage());
  }

  @Override
  public void onException(Throwable cause) {
    if (cause instanceof java.io.IOException) {
      end(cause.getMessage());
    } else {
      log.error("link of {} failed", origin(), cause);
      end(cause.toString());
    }
  }

  @Override
  public void onReadComplete() {
    if (pulse != null) {
      pulse.heard();
    }
    writer.flush();
  }

  @Override
  public void onWritabilityChanged() {
    if (traffic != null) {
      traffic.writabilityChanged(writer.isWritable());
    } else {
      decoder.setPaused(!writer.isWritable()); // or pings without end would be answered into memory
    }
  }

  @Override
  public void onClosed() {
    closed = true;
    attachTimer.cancel(false);
    if (pulse != null) {
      pulse.stop();
    }
    writer.close();
    if (traffic != null) {
      log.info(
          "{} left '{}', lane {}: {}",
          origin(),
          export.name(),
          attach.lane(),
          endReason == null ? "connection closed by the client" : endReason);
      traffic.close(this::laneIdle);
      return;
    }
    if (export != null) {
      onHomeLoop(() -> export.registry().candidateClosed(attach.session(), attach.lane(), this));
    }
    left();
  }

  private void laneIdle() {
    idle = true;
    onHomeLoop(() -> export.registry().linkClosed(attach.session(), attach.lane(), this));
    reportFenced();
    left(); // last: the server may stop its loops now
  }

  private void left() {
    gone.complete(null);
    server.gone(this);
  }

  /** Runs a task on the registry's loop, unless that was stopped because a drain took too long. */
  private void onHomeLoop(Runnable task) {
    try {
      export.home().execute(task);
    } catch (RejectedExecutionException stopped) {
      log.debug("the registry of '{}' has closed before the link of {}", export.name(), origin());
    }
  }

  private void reportFenced() {
    if (idle) {
      fenced.forEach(this::onHomeLoop);
      fenced.clear();
    }
  }

  @Override
  public Peer peer() {
    return peer;
  }

  /** Where it comes from, for the log. */
  private String origin() {
    int port = ((InetSocketAddress) channel.remoteAddress()).getPort();
    String host = peer.address().getHostAddress() + ":" + port;
    return peer.keyName() == null ? host : "%s (key '%s')".formatted(host, peer.keyName());
  }
}
