package org.dst.cli.export;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.dst.cli.control.StatusSource;
import org.dst.cli.status.ServerStatusJson;
import org.dst.server.ExportServer;

/** What a running {@code dstd} reports and executes over its control socket. */
public final class ServerControl implements StatusSource {
  private static final String COMMAND = "command";
  private static final String RESIZE = "resize";
  private static final String EXPORT = "export";
  private static final String SIZE = "size";
  private static final String SHRINK = "shrink";

  private static final String EXPORTS = "exports";
  private static final String IN_FULL = "in_full";

  private final ExportServer server;
  private final Instant started = Instant.now();

  /** For a server that has just begun to listen. */
  public ServerControl(ExportServer server) {
    this.server = server;
  }

  /**
   * The command that resizes an export. Its answer has the former {@code size}.
   *
   * @param shrink whether the export may become smaller
   */
  static Map<String, Object> resize(String export, long size, boolean shrink) {
    return Map.of(COMMAND, RESIZE, EXPORT, export, SIZE, size, SHRINK, shrink);
  }

  /** Asks about these exports only. */
  static Map<String, Object> about(List<String> exports) {
    return Map.of(EXPORTS, exports);
  }

  /**
   * Asks about all exports, {@link ServerStatusJson#brief briefly} if there are more than {@code
   * inFull}.
   */
  static Map<String, Object> allAndUpTo(int inFull) {
    return Map.of(IN_FULL, inFull);
  }

  /** The former size in an answer to {@link #resize}. */
  static long formerSize(Map<String, Object> answer) {
    return (Long) answer.get(SIZE);
  }

  @Override
  public CompletableFuture<Map<String, Object>> ask() {
    return server.status().thenApply(status -> ServerStatusJson.of(status, server, started));
  }

  @Override
  public CompletableFuture<Map<String, Object>> ask(Map<String, Object> question) {
    Predicate<String> wanted =
        question.get(EXPORTS) instanceof List<?> names ? Set.copyOf(names)::contains : name -> true;
    long inFull = question.get(IN_FULL) instanceof Long most ? most : Long.MAX_VALUE;
    return server
        .status(wanted)
        .thenApply(
            status ->
                status.exports().size() <= inFull
                    ? ServerStatusJson.of(status, server, started)
                    : ServerStatusJson.brief(status, server, started));
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
