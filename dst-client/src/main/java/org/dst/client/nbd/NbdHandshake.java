package org.dst.client.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dst.client.nbd.negotiation.NbdNegotiation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection during option haggling: feeds {@link NbdNegotiation} and replaces itself by {@link
 * NbdTransmission}. A client that takes too long is disconnected. One instance for each connection,
 * on its event loop.
 */
final class NbdHandshake extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(NbdHandshake.class);

  private final NbdServerContext service;
  private final NbdNegotiation negotiation;
  private Future<?> deadline;

  NbdHandshake(NbdServerContext service) {
    this.service = service;
    negotiation = new NbdNegotiation(service.device()::info, service::draining);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> tooSlow(context),
                service.limits().handshake().toNanos(),
                TimeUnit.NANOSECONDS);
    ByteBuf greeting = context.alloc().buffer(18);
    negotiation.greet(greeting);
    context.writeAndFlush(greeting);
    context.fireChannelActive();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    ByteBuf answers = context.alloc().buffer(1024);
    NbdNegotiation.State state;
    try {
      state = negotiation.receive(in, answers);
    } catch (RuntimeException failed) {
      answers.release();
      throw failed;
    }
    if (answers.isReadable()) {
      context.writeAndFlush(answers);
    } else {
      answers.release();
    }
    switch (state) {
      case TRANSMISSION -> enterTransmission(context);
      case CLOSED -> leave(context, in);
      case CLIENT_FLAGS, OPTION_HEAD, OPTION_DATA, SKIPPING -> {
        // more bytes are needed
      }
    }
  }

  private void enterTransmission(ChannelHandlerContext context) {
    log.debug(
        "{}: transmission, {} replies{}",
        context.channel(),
        negotiation.format(),
        negotiation.metaContext() ? ", base:allocation" : "");
    NbdTransmission transmission =
        new NbdTransmission(
            service, context.channel(), negotiation.format(), negotiation.metaContext());
    context.pipeline().replace(this, "transmission", transmission);
    service.enterTransmission(context.channel());
  }

  private void leave(ChannelHandlerContext context, ByteBuf in) {
    in.skipBytes(in.readableBytes());
    if (negotiation.closeReason() != null) {
      log.info("{}: closed in negotiation: {}", context.channel(), negotiation.closeReason());
    }
    context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
  }

  private void tooSlow(ChannelHandlerContext context) {
    log.info(
        "{}: closed: no export chosen within {}", context.channel(), service.limits().handshake());
    context.close();
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
    if (cause instanceof IOException) {
      log.debug("{}: closed in negotiation: {}", context.channel(), cause.toString());
    } else {
      context.fireExceptionCaught(cause); // our own fault: let it be seen
    }
  }
}
