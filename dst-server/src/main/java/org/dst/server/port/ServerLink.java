package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.crypto.checksum.Checksum;
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
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.server.Export;
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
  private final Checksum checksum;
  private final FrameDecoder decoder;
  private final FrameWriter writer;
  private final FrameHeader header = new FrameHeader();
  private final ScheduledFuture<?> attachTimer;

  private boolean listed;
  private Attach attach;
  private Export export;
  private LaneTraffic traffic;
  private LinkPulse pulse;
  private String endReason;
  private boolean closed;
  private boolean idle;

  /** Whoever waits until nothing of the lane runs; several may. */
  private final List<Runnable> fenced = new ArrayList<>();

  /**
   * A link over a channel whose opening, and handshake if there is one, is done.
   *
   * @param security what the link is secured with; null if it is plain
   */
  ServerLink(LinkContext server, Channel channel, Checksum checksum, LinkSecurity security) {
    this.server = server;
    this.channel = channel;
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
    if (traffic != null && (opcode == null || opcode.isRequest())) {
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
      case DETACH -> traffic.drain(this::drained);
      case READ, WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE, BLOCK_STATUS -> throw outOfPlace(frame);
      case REPLY, NOTICE, DETACHED, ATTACHED, REFUSED, LISTING -> throw outOfPlace(frame);
    }
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
                traffic == null ? "before an attach" : "from a client"));
  }

  private void list() throws MalformedException {
    if (listed || attach != null) {
      throw new MalformedException("LIST after a LIST or an ATTACH on one link");
    }
    listed = true;
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    for (Listing part : Listing.parts(server.listing(address))) {
      send(Opcode.LISTING, part::encode);
    }
  }

  private void attach(Attach wanted) throws MalformedException {
    if (attach != null || listed) {
      throw new MalformedException("ATTACH after an ATTACH or a LIST on one link");
    }
    attach = wanted;
    Export found = server.export(wanted.export());
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    if (found == null) {
      refused(RefusalCode.UNKNOWN_EXPORT, "server has no export named '" + wanted.export() + "'");
    } else if (!found.allows(address)) {
      refused(
          RefusalCode.NOT_ALLOWED,
          "export '%s' is not offered to %s".formatted(found.name(), address.getHostAddress()));
    } else {
      export = found;
      atHome(() -> export.desk().attach(wanted, this));
    }
  }

  @Override
  public void granted(ServerLane lane, Attached answer) {
    channel.eventLoop().execute(() -> startTraffic(lane, answer));
  }

  private void startTraffic(ServerLane lane, Attached answer) {
    attachTimer.cancel(false);
    traffic = new LaneTraffic(server.engine(), channel, decoder, writer, checksum, lane);
    lane.bind(traffic, answer.verifier());
    if (closed) {
      traffic.close(this::laneIdle);
      return;
    }
    pulse =
        new LinkPulse(
            channel.eventLoop(),
            server.pingInterval(),
            server.pingTimeout(),
            this::ping,
            this::end);
    send(Opcode.ATTACHED, answer::encode);
    writer.flush();
    log.info(
        "{} attached to '{}' as '{}', {}, lane {} of {}",
        peer(),
        export.name(),
        attach.client(),
        attach.access().writable() ? "read-write" : "read-only",
        attach.lane(),
        attach.lanes());
  }

  @Override
  public void refused(RefusalCode code, String text) {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(() -> refused(code, text));
      return;
    }
    if (closed) {
      return;
    }
    // The attach timer goes on: it ends the link of a client that does not read its refusal.
    log.warn("refused {}: {}", peer(), text);
    send(Opcode.REFUSED, new Refused(code, text, Extensions.NONE)::encode);
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

  /** Nothing of the lane runs any more: the client may go once its lease is given back. */
  private void drained() {
    Runnable left = () -> channel.eventLoop().execute(this::detached);
    atHome(() -> export.desk().leave(attach.session(), attach.lane(), this, left));
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
    log.warn("ended the link of {}: {}", peer(), cause.getMessage());
    end(cause.getMessage());
  }

  @Override
  public void onException(Throwable cause) {
    if (cause instanceof java.io.IOException) {
      end(cause.getMessage());
    } else {
      log.error("link of {} failed", peer(), cause);
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
          peer(),
          export.name(),
          attach.lane(),
          endReason == null ? "connection closed by the client" : endReason);
      traffic.close(this::laneIdle);
      return;
    }
    if (export != null) {
      atHome(() -> export.desk().withdrawn(attach.session(), attach.lane(), this));
    }
    server.gone(this);
  }

  private void laneIdle() {
    idle = true;
    atHome(() -> export.desk().gone(attach.session(), attach.lane(), this));
    reportFenced();
    server.gone(this); // last: the server may stop its loops now
  }

  /** Runs a task on the desk's loop, unless that was stopped because a drain took too long. */
  private void atHome(Runnable task) {
    try {
      export.home().execute(task);
    } catch (RejectedExecutionException stopped) {
      log.debug("the desk of '{}' has closed before the link of {}", export.name(), peer());
    }
  }

  private void reportFenced() {
    if (idle) {
      fenced.forEach(this::atHome);
      fenced.clear();
    }
  }

  @Override
  public String peer() {
    InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
