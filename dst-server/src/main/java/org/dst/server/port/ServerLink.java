package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.server.access.Peer;
import org.dst.server.export.Export;
import org.dst.server.lane.ServerLane;
import org.dst.server.session.LinkHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection after its opening: dispatches frames to its phase ({@link AttachPhase},
 * then {@link TransactionsPhase}) and ends when it must. Lives on its channel's event loop; {@link
 * LinkHandle} calls come from other threads and are passed to that loop.
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
  private final ControlWriter control;
  private final AttachPhase attaching;

  /** Null before the link is granted a lane. */
  private TransactionsPhase transactions;

  private String endReason;
  private boolean closed;

  /** Completes once the link is closed and nothing of its lane runs. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private final FenceWaiters fenced = new FenceWaiters();

  /**
   * A link over a channel whose opening, and handshake if there is one, is done.
   *
   * @param peer as the handshake has identified it
   * @param security what the link is secured with; null if it is plain
   * @param protection the same for the status
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
    control = new ControlWriter(channel, writer);
    channel.pipeline().addLast(decoder);
    attaching = new AttachPhase(server, this, control, channel.eventLoop(), this::end);
  }

  @Override
  public int maxPayload(FrameHeader header) {
    return transactions != null && header.opcode() == Opcode.WRITE
        ? server.maxPayload()
        : Limits.MAX_CONTROL_PAYLOAD;
  }

  @Override
  public int maxPayload() {
    return transactions == null
        ? Limits.MAX_CONTROL_PAYLOAD
        : Math.max(server.maxPayload(), Limits.MAX_CONTROL_PAYLOAD);
  }

  @Override
  public void onFrame(FrameHeader frame, byte[] sum, ByteBuf payload) throws MalformedException {
    Opcode opcode = frame.opcode();
    if (takesRequests() && (opcode == null || opcode.isRequest())) {
      transactions.receive(frame, sum, payload);
      return;
    }
    try {
      if (payload != null && !checksum.matches(payload, sum)) {
        throw new MalformedException("checksum of the payload of " + opcode);
      }
      onControl(frame, payload);
    } finally {
      if (payload != null) {
        payload.release();
      }
    }
  }

  private boolean takesRequests() {
    return transactions != null && !transactions.isDetaching();
  }

  private void onControl(FrameHeader frame, ByteBuf payload) throws MalformedException {
    Opcode.Phase phase = transactions == null ? Opcode.Phase.ATTACH : Opcode.Phase.TRANSACTIONS;
    Opcode opcode = frame.opcode();
    if (opcode == null || !opcode.belongsTo(phase)) {
      throw outOfPlace(frame);
    }
    switch (opcode) {
      case PING -> control.pong(frame);
      case PONG -> {}
      case ATTACH -> attaching.attach(Attach.decode(required(payload, frame)));
      case LIST -> attaching.list();
      case DETACH -> transactions.detach(() -> onLoop(this::detached));
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
    Object opcode = frame.opcode() == null ? frame.opcodeCode() : frame.opcode();
    String phase = transactions == null ? "before an attach" : transactions.phase();
    return new MalformedException("opcode %s does not belong here (%s)".formatted(opcode, phase));
  }

  @Override
  public void granted(ServerLane lane, Attached answer) {
    onLoop(() -> startTransactions(lane, answer));
  }

  private void startTransactions(ServerLane lane, Attached answer) {
    RegistryProxy registry = attaching.granted();
    var traffic = new LaneTraffic(server.engine(), channel, decoder, writer, checksum, lane);
    transactions = new TransactionsPhase(registry, control, lane, traffic);
    lane.bind(traffic, answer.verifier());
    if (closed) {
      transactions.close(this::laneIdle);
      return;
    }
    var keepAlive =
        new KeepAliveTimer(
            channel.eventLoop(),
            server.pingInterval(),
            server.pingTimeout(),
            this::ping,
            this::end);
    transactions.start(answer, keepAlive, origin());
  }

  private void ping() {
    control.send(Opcode.PING);
    control.flush();
  }

  /** What the link is doing; null if it serves no lane. Any thread; answered by the event loop. */
  public CompletableFuture<LinkStatus> status() {
    return CompletableFuture.supplyAsync(
        () -> serves() ? transactions.status(origin(), protection) : null, channel.eventLoop());
  }

  private boolean serves() {
    return transactions != null && !closed;
  }

  @Override
  public void refused(RefusalCode code, String text, UUID store) {
    if (!channel.eventLoop().inEventLoop()) {
      onLoop(() -> refused(code, text, store));
      return;
    }
    if (closed) {
      return;
    }
    // The attach timer keeps running: it ends the link of a client that does not read its refusal.
    log.warn("refused {}: {}", origin(), text);
    control.send(Opcode.REFUSED, Refused.of(code, text, store)::encode);
    endWhenFlushed(text);
  }

  @Override
  public void fence(String reason, Runnable whenIdle) {
    onLoop(
        () -> {
          end(reason);
          fenced.add(whenIdle);
        });
  }

  /**
   * Ends the link in whatever phase it is; requests that have not started are discarded.
   *
   * @param reason for the log
   * @return completes on the link's event loop once nothing of it runs in the store
   */
  public CompletableFuture<Void> revoke(String reason) {
    onLoop(() -> end(reason));
    return gone;
  }

  /** Tells the client that the server is stopping, and ends the link once nothing runs. */
  public void goAway(String reason) {
    onLoop(
        () -> {
          if (serves()) {
            transactions.goAway(reason, () -> endWhenFlushed(reason));
          } else {
            end(reason);
          }
        });
  }

  @Override
  public void resized() {
    notify(export -> new Notice.Resized(export.announcedSize()));
  }

  @Override
  public void freshened() {
    notify(export -> new Notice.Freshness(export.freshness()));
  }

  /** Sends a notice with the values at the time of writing, if the link serves a lane by then. */
  private void notify(Function<Export, Notice> notice) {
    onLoop(
        () -> {
          if (serves()) {
            transactions.send(notice.apply(transactions.registry().export()));
          }
        });
  }

  private void onLoop(Runnable task) {
    channel.eventLoop().execute(task);
  }

  /** The lane was detached: the client may close the link. */
  private void detached() {
    if (!closed) {
      control.send(Opcode.DETACHED);
      endWhenFlushed("detached");
    }
  }

  private void endWhenFlushed(String reason) {
    endReason = reason;
    control.closeWhenFlushed();
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
    if (transactions != null) {
      transactions.heard();
    }
    writer.flush();
  }

  @Override
  public void onWritabilityChanged() {
    if (transactions != null) {
      transactions.writabilityChanged(writer.isWritable());
    } else {
      // Otherwise a client that pings and never reads would fill the memory with pongs.
      decoder.setPaused(!writer.isWritable());
    }
  }

  @Override
  public void onClosed() {
    closed = true;
    writer.close();
    if (transactions == null) {
      attaching.close();
      left();
      return;
    }
    log.info(
        "{} left '{}', lane {}: {}",
        origin(),
        transactions.registry().export().name(),
        transactions.registry().attach().lane(),
        endReason == null ? "connection closed by the client" : endReason);
    transactions.close(this::laneIdle);
  }

  private void laneIdle() {
    transactions.registry().linkClosed();
    fenced.idle(transactions.registry());
    left(); // last: the server may stop its loops now
  }

  private void left() {
    gone.complete(null);
    server.gone(this);
  }

  @Override
  public Peer peer() {
    return peer;
  }

  private String origin() {
    return peer.withPort(((InetSocketAddress) channel.remoteAddress()).getPort());
  }
}
