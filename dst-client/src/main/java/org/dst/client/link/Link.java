package org.dst.client.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.function.Consumer;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameDecoder;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameListener;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.codec.LinkSecurity;

/**
 * An open connection to a server that carries frames for one user. Answers pings itself and passes
 * everything else on. Confined to its event loop.
 */
public final class Link implements FrameListener {
  private final Channel channel;
  private final ServerAddress server;
  private final Checksum checksum;

  /**
   * The checksum that payloads get at intake, if it differs from the one of the link; otherwise
   * null.
   */
  private final Checksum intake;

  private final FrameWriter writer;
  private final FrameHeader header = new FrameHeader();
  private final User user;
  private final FrameDecoder decoder;
  private final Runnable flush = this::flushPlanned;
  private int maxPayload = Limits.MAX_CONTROL_PAYLOAD;
  private LinkFailure failure;
  private boolean flushPlanned;

  /** Batches flushed, and those of them known to have left this machine. */
  private long flushed;

  private long left;
  private boolean marked;
  private boolean closed;

  /** The user of a link; called on its event loop. */
  public interface User {
    /**
     * A frame arrived.
     *
     * @param intact whether the payload matches its checksum
     * @param payload owned by the callee; null if there is none
     * @throws MalformedException if the server breaks the protocol; ends the link
     */
    void onFrame(FrameHeader header, boolean intact, ByteBuf payload) throws MalformedException;

    /** Anything arrived. */
    default void onHeard() {}

    /** The link became writable, or congested. */
    void onWritabilityChanged(boolean writable);

    /** The link is gone; nothing else is called. */
    void onEnded(LinkFailure why);
  }

  /** Takes over a channel that {@link Dialer} has opened. */
  public Link(Channel channel, ServerAddress server, LinkParameters parameters, User user) {
    this.channel = channel;
    this.server = server;
    checksum = parameters.checksum();
    this.user = user;
    boolean keyed = checksum.name().equals(Checksums.KEYED);
    intake = keyed ? Checksums.beforeLink(checksum.name()) : null;
    LinkSecurity security = parameters.security();
    writer = FrameWriter.of(channel, checksum.length(), checksum::compute, security, this);
    decoder = FrameDecoder.of(this, checksum.length(), security);
    channel.pipeline().addLast(decoder);
  }

  /** Raises the payload limit of replies. */
  public void allowPayload(int bytes) {
    maxPayload = bytes;
  }

  /** Whether more frames may be sent without piling up. */
  public boolean isWritable() {
    return writer.isWritable();
  }

  /**
   * Sends a frame with the next batch; its checksum is computed here.
   *
   * @return what to ask {@link #hasLeft} with
   */
  public long send(FrameHeader frame, ByteBuf payload) {
    if (closed) {
      if (payload != null) {
        payload.release();
      }
      return 0;
    }
    writer.write(frame, payload);
    return planFlush();
  }

  /**
   * Sends a frame with the next batch, with a checksum computed before, as {@link
   * Checksums#beforeLink} says. A payload that was modified since then does not match it, and the
   * server refuses it.
   *
   * @param payload as {@link FrameWriter#writeKept} says
   * @return what to ask {@link #hasLeft} with
   */
  public long send(FrameHeader frame, byte[] sum, ByteBuf payload) {
    if (closed) {
      payload.release();
      return 0;
    }
    if (intake != null && intake.matches(payload, sum)) {
      writer.write(frame, payload);
    } else {
      writer.writeKept(frame, sum, payload);
    }
    return planFlush();
  }

  /** Sends a frame whose payload is a message. */
  public void send(Opcode opcode, Consumer<ByteBuf> message) {
    ByteBuf payload = channel.alloc().directBuffer();
    message.accept(payload);
    send(header.start(opcode, 0, 0), payload);
  }

  /** Schedules a flush; returns the number of the batch that it will send. */
  private long planFlush() {
    if (!flushPlanned) {
      flushPlanned = true;
      channel.eventLoop().execute(flush);
    }
    return flushed + 1;
  }

  private void flushPlanned() {
    flushPlanned = false;
    if (!closed) {
      flushed++;
      writer.flush();
    }
  }

  /** Whether the whole batch was handed to the kernel. */
  public boolean hasLeft(long batch) {
    if (writer.isDrained()) {
      left = flushed;
    } else if (!marked) {
      marked = true;
      long all = flushed;
      writer
          .mark()
          .addListener(
              gone -> {
                marked = false;
                left = Math.max(left, all);
              });
    }
    return batch <= left;
  }

  /** Ends the link; {@link User#onEnded} follows. */
  public void end(LinkFailure why) {
    if (failure == null) {
      failure = why;
    }
    channel.close();
  }

  @Override
  public int maxPayload(FrameHeader header) {
    return header.opcode() == Opcode.REPLY ? maxPayload : Limits.MAX_CONTROL_PAYLOAD;
  }

  @Override
  public int maxPayload() {
    return Math.max(maxPayload, Limits.MAX_CONTROL_PAYLOAD);
  }

  @Override
  public void onFrame(FrameHeader frame, byte[] sum, ByteBuf payload) throws MalformedException {
    boolean intact = payload == null || checksum.matches(payload, sum);
    if (frame.opcode() == Opcode.PING) {
      if (payload != null) {
        payload.release();
      }
      send(header.start(Opcode.PONG, 0, frame.id()).range(frame.offset(), 0), null);
      return;
    }
    user.onFrame(frame, intact, payload);
  }

  @Override
  public void onMalformed(MalformedException cause) {
    end(lost("the server broke the protocol: " + cause.getMessage()));
  }

  @Override
  public void onException(Throwable cause) {
    end(lost(cause instanceof IOException ? cause.getMessage() : cause.toString()));
  }

  private LinkFailure lost(String text) {
    return LinkFailure.of(LinkFailure.Kind.LOST, "link to %s is lost: %s".formatted(server, text));
  }

  @Override
  public void onReadComplete() {
    user.onHeard();
    writer.flush();
  }

  @Override
  public void onWritabilityChanged() {
    user.onWritabilityChanged(writer.isWritable());
  }

  @Override
  public void onClosed() {
    closed = true;
    writer.close();
    user.onEnded(failure != null ? failure : lost("connection closed by the server"));
  }
}
