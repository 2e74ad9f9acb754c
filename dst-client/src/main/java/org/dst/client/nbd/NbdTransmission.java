package org.dst.client.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.BlockStatusPayload;
import org.dst.client.nbd.wire.CommandFlags;
import org.dst.client.nbd.wire.ExtentChunk;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.client.nbd.wire.NbdCommand;
import org.dst.client.nbd.wire.NbdError;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.codec.HeaderBodyDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection in transmission: requests go to the device as they come and are answered as they
 * end. One instance for each connection, on its event loop.
 *
 * <p>Reading stops while a request waits for {@link ConnectionQuota}, too many are in flight, or
 * the client does not read its replies. It resumes only in {@link #settle}, a task of its own: to
 * resume inside a completion would call the device from within the device.
 */
final class NbdTransmission extends HeaderBodyDecoder {
  private static final Logger log = LoggerFactory.getLogger(NbdTransmission.class);

  /** A compact WRITE up to this length is skipped and refused; a longer one ends the session. */
  private static final long MAX_SKIPPED = 2L * Limits.MAX_PAYLOAD;

  private final NbdServerContext service;
  private final BlockDevice device;
  private final Channel channel;
  private final HeaderFormat format;
  private final boolean metaContext;
  private final ConnectionQuota quota;
  private final ReplyWriter replies;

  /** Requests that can be used again. */
  private NbdRequest free;

  /** The request whose header was read, until its record is complete. */
  private NbdRequest current;

  /** In a read loop, which ends in {@link #onReadComplete} and flushes there. */
  private boolean reading;

  private boolean paused;
  private boolean settling;
  private boolean draining;

  /** The client said DISC or the server drains: close when nothing is in flight. */
  private boolean leaving;

  private boolean closed;

  NbdTransmission(
      NbdServerContext service, Channel channel, HeaderFormat format, boolean metaContext) {
    super(format.requestLength());
    this.service = service;
    this.device = service.device();
    this.channel = channel;
    this.format = format;
    this.metaContext = metaContext;
    replies = new ReplyWriter(channel, format);
    quota =
        new ConnectionQuota(
            service.budget(), service.limits(), channel.eventLoop(), this::settleSoon);
  }

  @Override
  protected long parseHeader(byte[] header) throws MalformedException {
    reading = true;
    NbdRequest request = take();
    current = request;
    request.read(header, format);
    if (request.command() == NbdCommand.DISC) {
      return 0;
    }
    long payload = request.payloadLength(format);
    checkPayload(payload);
    request.error = validate(request);
    if (request.error != null) {
      return skip(payload);
    }
    if (!quota.admit(request)) {
      pause(); // before the body gets memory
    }
    return payload;
  }

  private void checkPayload(long payload) throws MalformedException {
    long most = format == HeaderFormat.EXTENDED ? Limits.MAX_PAYLOAD : MAX_SKIPPED;
    if (Long.compareUnsigned(payload, most) > 0) {
      throw new MalformedException(
          "payload length " + Long.toUnsignedString(payload) + " (expected: <= " + most + ")");
    }
  }

  private RequestError validate(NbdRequest request) {
    if (draining) {
      return RequestError.SHUTTING_DOWN;
    }
    return NbdRequestValidator.check(
        device.info(),
        format,
        metaContext,
        request.command(),
        request.commandFlags(),
        request.offset(),
        request.count());
  }

  @Override
  protected void onMessage(byte[] header, ByteBuf body) {
    NbdRequest request = current;
    current = null;
    if (request.error != null) {
      replies.refused(request, request.error);
      give(request);
    } else if (request.command() == NbdCommand.DISC) {
      give(request);
      disconnect();
    } else if (request.command() == NbdCommand.BLOCK_STATUS && body != null) {
      submitNarrowed(request, body);
    } else {
      request.carry(body);
      device.submit(request);
    }
    if (!quota.hasRoom() || !channel.isWritable()) {
      pause();
    }
  }

  @Override
  protected ByteBuf bodyBuffer(ByteBufAllocator allocator, int length) {
    return FrameWriter.payloadBuffer(allocator, length);
  }

  /** Submits a BLOCK_STATUS whose payload tells the range and the contexts. */
  private void submitNarrowed(NbdRequest request, ByteBuf body) {
    DeviceInfo info = device.info();
    long length = BlockStatusPayload.effectLength(body);
    RequestError refusal =
        BlockStatusPayload.isValid(body)
            ? NbdRequestValidator.checkRange(
                info, request.command(), request.commandFlags(), request.offset(), length)
            : RequestError.BAD_STATUS_PAYLOAD;
    body.release();
    if (refusal == null) {
      request.effectLength(length);
      device.submit(request);
    } else {
      quota.ended(request, false);
      replies.refused(request, refusal);
      give(request);
    }
  }

  /** A request ended; called by the device, perhaps within {@link BlockDevice#submit}. */
  void completed(NbdRequest request, Status status, ByteBuf payload) {
    assert channel.eventLoop().inEventLoop();
    if (closed) {
      release(payload);
      quota.ended(request, false);
    } else {
      answer(request, status, payload);
      quota.ended(request, request.command() == NbdCommand.READ);
      if (replies.isHeavy()) {
        sendReplies();
      }
      if (!reading) {
        settleSoon();
      }
    }
    give(request);
  }

  private void answer(NbdRequest request, Status status, ByteBuf payload) {
    NbdError error = NbdError.of(status, (request.commandFlags() & CommandFlags.FAST_ZERO) != 0);
    if (error != null) {
      release(payload);
      replies.failed(request, error);
      return;
    }
    switch (request.command()) {
      case READ -> answerRead(request, payload);
      case BLOCK_STATUS -> answerBlockStatus(request, payload);
      case WRITE, DISC, FLUSH, TRIM, CACHE, WRITE_ZEROES -> {
        release(payload);
        replies.done(request);
      }
    }
  }

  private void answerRead(NbdRequest request, ByteBuf data) {
    // Any other length would put the client out of step for good.
    if (data != null && data.readableBytes() == request.count()) {
      replies.data(request, data);
    } else {
      log.error("{}: {} answered with {}", channel, request, data);
      release(data);
      replies.failed(request, NbdError.EIO);
    }
  }

  private void answerBlockStatus(NbdRequest request, ByteBuf extents) {
    ByteBuf descriptors = channel.alloc().buffer();
    int count = 0;
    if (extents != null) {
      boolean one = (request.commandFlags() & CommandFlags.REQ_ONE) != 0;
      boolean extended = format == HeaderFormat.EXTENDED;
      count = ExtentChunk.convert(extents, request.count(), one, extended, descriptors);
    }
    if (count > 0) {
      replies.blockStatus(request, descriptors, count);
    } else {
      log.error("{}: {} answered with {}", channel, request, extents);
      descriptors.release();
      replies.failed(request, NbdError.EIO);
    }
    release(extents);
  }

  @Override
  protected void onReadComplete() {
    reading = false;
    sendReplies();
    if (paused || leaving) {
      settleSoon();
    }
  }

  private void sendReplies() {
    replies.flush();
    if (channel.isWritable()) {
      quota.repliesTaken();
    }
  }

  private void pause() {
    paused = true;
    setPaused(true);
  }

  private void settleSoon() {
    if (!settling) {
      settling = true;
      channel.eventLoop().execute(this::settle);
    }
  }

  /** After a burst of completions: sends the replies, and resumes or ends what can be. */
  private void settle() {
    settling = false;
    if (closed) {
      return;
    }
    sendReplies();
    if (leaving && quota.isIdle()) {
      leaving = false;
      end();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else if (paused && channel.isWritable() && quota.retry() && quota.hasRoom()) {
      paused = false;
      setPaused(false);
    }
  }

  private void disconnect() {
    end();
    leaving = true;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    settleSoon();
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == NbdServerContext.DRAIN) {
      draining = true;
      leaving = true;
      settleSoon();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  protected void onMalformed(MalformedException cause) {
    log.info("{}: closed: {}", channel, cause.getMessage());
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closed = true;
    replies.close();
    quota.close();
    if (current != null && current.admitted) {
      quota.ended(current, false);
    }
    current = null;
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
    if (cause instanceof IOException) {
      log.debug("{}: closed: {}", context.channel(), cause.toString());
    } else {
      context.fireExceptionCaught(cause); // our own fault: let it be seen
    }
  }

  private NbdRequest take() {
    NbdRequest request = free;
    if (request == null) {
      return new NbdRequest(this, channel.eventLoop());
    }
    free = request.next;
    request.next = null;
    return request;
  }

  private void give(NbdRequest request) {
    request.recycle();
    request.next = free;
    free = request;
  }

  private static void release(ByteBuf payload) {
    if (payload != null) {
      payload.release();
    }
  }
}
