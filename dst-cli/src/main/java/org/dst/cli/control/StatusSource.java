package org.dst.cli.control;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a running program says of itself, and does when it is told to. */
public interface StatusSource {
  /**
   * Begins to ask for the present state, as {@link Json} takes it. Called on the control socket's
   * event loop; must not block.
   */
  CompletableFuture<Map<String, Object>> ask();

  /**
   * The same for somebody who wants to know less.
   *
   * @param question as {@link RunningPrograms#ask} was given it; what is not known of it, or makes
   *     no sense, may be passed over
   */
  default CompletableFuture<Map<String, Object>> ask(Map<String, Object> question) {
    return ask();
  }

  /**
   * Begins to do what somebody else than {@link RunningPrograms#ask} has asked for. As above.
   *
   * @param command as {@link RunningPrograms#tell} was given it
   * @throws IllegalArgumentException with a message for people, if it is not known or makes no
   *     sense; the future may fail with one, or with an {@link java.io.IOException}
   */
  default CompletableFuture<Map<String, Object>> execute(Map<String, Object> command) {
    throw new IllegalArgumentException("unknown command %s".formatted(command.get("command")));
  }
}
