package org.dst.cli.control;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a running program says of itself. */
public interface StatusSource {
  /**
   * Begins to ask for the present state, as {@link Json} takes it. Called on the control socket's
   * event loop; must not block.
   */
  CompletableFuture<Map<String, Object>> ask();
}
