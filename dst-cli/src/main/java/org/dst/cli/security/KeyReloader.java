package org.dst.cli.security;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.crypto.key.ServerKeys;
import org.dst.server.ExportServer;
import org.dst.server.watch.DebouncedFileWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads a server's keys, and reloads them when their files change. */
public final class KeyReloader {
  private static final Logger log = LoggerFactory.getLogger(KeyReloader.class);

  /** Longer than any handshake that may still be using the former keys. */
  private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES);

  private final ExportServer server;
  private final KeySources sources;
  private final DebouncedFileWatcher<ServerKeys> watch;
  private ServerKeys keys;

  private KeyReloader(ExportServer server, KeySources sources) {
    this.server = server;
    this.sources = sources;
    watch = new DebouncedFileWatcher<>(sources, this::changed, "the current keys stay in use");
  }

  /**
   * Reads the keys and watches their files from then on.
   *
   * @throws UserError if one cannot be used
   */
  public static void start(ExportServer server, ServerSecurityOptions.Checked protection)
      throws UserError {
    if (protection.keys().isEmpty()) {
      return;
    }
    KeyReloader keys = new KeyReloader(server, protection.keys());
    try {
      keys.sources.requireAll();
      keys.keys = keys.watch.read();
      server.useKeys(keys.keys);
    } catch (IOException unusable) {
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
    log.info("keys: {}", names(keys.keys));
    keys.watch.start();
  }

  private void changed(ServerKeys read) {
    ServerKeys former = keys;
    keys = read;
    server.replaceKeys(read);
    log.info("reloaded the keys: {}", names(read));
    for (String name : sources.deleted()) {
      log.warn(
          "the --key-file of '{}' was deleted: its key is revoked until the file is back", name);
    }
    LATER.execute(() -> former.shared().forEach(key -> key.secret().destroy()));
  }

  private static String names(ServerKeys keys) {
    String shared = String.join(", ", keys.shared().stream().map(key -> key.name()).toList());
    String clients = String.join(", ", keys.clients().names());
    return "shared %s; clients %s"
        .formatted(shared.isEmpty() ? "none" : shared, clients.isEmpty() ? "none" : clients);
  }
}
