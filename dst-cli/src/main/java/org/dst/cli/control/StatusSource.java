package org.dst.cli.control;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a running program reports and executes over its control socket. */
public interface StatusSource {
  /**
   * Starts collecting the current state, as {@link Json} takes it. Called on the control socket's
   * event loop; must not block.
   */
  CompletableFuture<Map<String, Object>> ask();

  /**
   * The same, narrowed by a question.
   *
   * @param question as passed to {@link RunningPrograms#ask}; fields that are unknown or invalid
   *     may be ignored
   */
  default CompletableFuture<Map<String, Object>> ask(Map<String, Object> question) {
    return ask();
  }

  /**
   * Starts executing a command. Called like {@link #ask()}.
   *
   * @param command as passed to {@link RunningPrograms#tell}
   * @throws IllegalArgumentException if the command is unknown or invalid; the future may fail with
   *     one as well, or with an {@link java.io.IOException}; the user sees the message
   */
  default CompletableFuture<Map<String, Object>> execute(Map<String, Object> command) {
    throw new IllegalArgumentException("unknown command %s".formatted(command.get("command")));
  }
}
