package org.dst.cli.control;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Answers one line and closes the connection. */
final class ControlHandler extends SimpleChannelInboundHandler<String> {
  /** For the event loops of the data path to answer. */
  private static final int ANSWER_SECONDS = 2;

  private final StatusSource source;
  private boolean asked;

  ControlHandler(StatusSource source) {
    this.source = source;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, String line) {
    if (asked) {
      return;
    }
    asked = true;
    if (!line.equals(RunningPrograms.STATUS)) {
      answer(context, error("unknown command (expected: %s)".formatted(RunningPrograms.STATUS)));
      return;
    }
    try {
      source
          .ask()
          .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
          .exceptionally(ControlHandler::failure)
          .thenAcceptAsync(status -> answer(context, status), context.executor());
    } catch (RejectedExecutionException stopped) {
      answer(context, failure(stopped));
    }
  }

  private static Map<String, Object> failure(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return switch (cause) {
      case TimeoutException late ->
          error("its event loops do not answer within %d s".formatted(ANSWER_SECONDS));
      case RejectedExecutionException stopped -> error("it is about to end");
      default -> error(cause.toString());
    };
  }

  private static Map<String, Object> error(String text) {
    return Map.of(RunningPrograms.ERROR, text);
  }

  private static void answer(ChannelHandlerContext context, Map<String, Object> status) {
    context.writeAndFlush(Json.write(status) + "\n").addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof TooLongFrameException || cause instanceof ReadTimeoutException) {
      answer(context, error("no command of up to 1024 bytes came in time"));
    } else {
      context.close();
    }
  }
}
