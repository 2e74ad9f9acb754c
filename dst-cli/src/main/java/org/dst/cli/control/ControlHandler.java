package org.dst.cli.control;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Answers one line and closes the connection. */
final class ControlHandler extends SimpleChannelInboundHandler<String> {
  /** Time limit of a status, which the event loops of the data path answer. */
  private static final int ANSWER_SECONDS = 2;

  /** Time limit of a command, which may wait for the storage. */
  private static final int COMMAND_SECONDS = 30;

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
    if (line.equals(RunningPrograms.STATUS)) {
      begin(context, ANSWER_SECONDS, source::ask);
    } else if (line.startsWith(RunningPrograms.STATUS + " {")) {
      String question = line.substring(RunningPrograms.STATUS.length() + 1);
      begin(context, ANSWER_SECONDS, () -> source.ask(Json.read(question)));
    } else if (line.startsWith("{")) {
      begin(context, COMMAND_SECONDS, () -> source.execute(Json.read(line)));
    } else {
      answer(
          context,
          error("unknown command (expected: %s, or an object)".formatted(RunningPrograms.STATUS)));
    }
  }

  private void begin(
      ChannelHandlerContext context,
      int seconds,
      Callable<CompletableFuture<Map<String, Object>>> work) {
    try {
      work.call()
          .orTimeout(seconds, TimeUnit.SECONDS)
          .exceptionally(thrown -> failure(thrown, seconds))
          .thenAcceptAsync(status -> answer(context, status), context.executor());
    } catch (Exception failed) {
      answer(context, failure(failed, seconds));
    }
  }

  private static Map<String, Object> failure(Throwable thrown, int seconds) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return switch (cause) {
      case TimeoutException late ->
          error("its event loops do not answer within %d s".formatted(seconds));
      case RejectedExecutionException stopped -> error("it is shutting down");
      case IllegalArgumentException wrong -> error(wrong.getMessage());
      case IOException failed -> error(failed.getMessage());
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
      answer(
          context,
          error("no command of up to %d bytes arrived in time".formatted(ControlSocket.MAX_LINE)));
    } else {
      context.close();
    }
  }
}
