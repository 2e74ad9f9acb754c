package org.dst.cli.option;

import java.nio.file.Path;
import java.util.Map;

/** Default locations of the state that outlives a process. */
public final class StateDirectories {
  /** The environment variable that overrides the default. */
  static final String VARIABLE = "DST_STATE_DIR";

  private static final Path MACHINE = Path.of("/var/lib/dst");

  private StateDirectories() {}

  /**
   * The base directory: system-wide for root, per user otherwise. A user in a container may have no
   * home at all, which Java reports as "?".
   */
  static Path base() {
    return base(System.getenv(), System.getProperty("user.name"), System.getProperty("user.home"));
  }

  static Path base(Map<String, String> environment, String user, String home) {
    String named = environment.get(VARIABLE);
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    if (user.equals("root")) {
      return MACHINE;
    }
    String state = environment.get("XDG_STATE_HOME");
    if (state != null && !state.isEmpty()) {
      return Path.of(state, "dst");
    }
    return home.startsWith("/") ? Path.of(home, ".local", "state", "dst") : MACHINE;
  }

  /** A server's records of its stores. */
  public static Path exports(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("exports");
  }

  /** Control sockets of running programs. */
  public static Path control(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("control");
  }

  /** Locks and NBD sockets of kernel devices. */
  public static Path devices(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("devices");
  }

  /** State files of attachments. */
  public static Path attachments(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("attachments");
  }
}
