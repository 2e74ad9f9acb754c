package org.dst.cli;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.dst.cli.control.StatusSource;
import org.dst.cli.status.ServerReport;
import org.dst.server.ExportServer;

/** What a running {@code dstd} says, and does when it is told to. */
final class ServerControl implements StatusSource {
  private static final String COMMAND = "command";
  private static final String RESIZE = "resize";
  private static final String EXPORT = "export";
  private static final String SIZE = "size";
  private static final String SHRINK = "shrink";

  private final ExportServer server;
  private final Instant started = Instant.now();

  /** Speaks for a server that has begun to listen just now. */
  ServerControl(ExportServer server) {
    this.server = server;
  }

  /**
   * The command that gives an export another size. Its answer has the former {@code size}.
   *
   * @param shrink whether it may be less than before
   */
  static Map<String, Object> resize(String export, long size, boolean shrink) {
    return Map.of(COMMAND, RESIZE, EXPORT, export, SIZE, size, SHRINK, shrink);
  }

  /** The former size in an answer to {@link #resize}. */
  static long formerSize(Map<String, Object> answer) {
    return (Long) answer.get(SIZE);
  }

  @Override
  public CompletableFuture<Map<String, Object>> ask() {
    return server.status().thenApply(status -> ServerReport.of(status, server, started));
  }

  @Override
  public CompletableFuture<Map<String, Object>> execute(Map<String, Object> command) {
    if (!RESIZE.equals(command.get(COMMAND))
        || !(command.get(EXPORT) instanceof String export)
        || !(command.get(SIZE) instanceof Long size)
        || !(command.get(SHRINK) instanceof Boolean shrink)) {
      throw new IllegalArgumentException("unknown command %s".formatted(command));
    }
    return server.resize(export, size, shrink).thenApply(former -> Map.of(SIZE, former));
  }
}
