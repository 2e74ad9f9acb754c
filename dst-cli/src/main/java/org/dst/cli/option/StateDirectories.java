package org.dst.cli.option;

import java.nio.file.Path;
import java.util.Map;

/** Where programs keep what they must remember, unless they are told otherwise. */
public final class StateDirectories {
  /** Names another directory for every program that it is set for. */
  static final String VARIABLE = "DST_STATE_DIR";

  private static final Path MACHINE = Path.of("/var/lib/dst");

  private StateDirectories() {}

  /**
   * The directory for everything: of the machine for root, of the user for others. A container's
   * user may have no home at all, which Java calls "?".
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

  /** What a server keeps of its stores. */
  public static Path exports(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("exports");
  }

  /** The control sockets of the programs that run. */
  public static Path control(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("control");
  }

  /** Which of the kernel's devices have a living process, and the sockets of those. */
  public static Path devices(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("devices");
  }

  /** What clients keep of their attachments. */
  public static Path attachments(Path chosen) {
    return (chosen == null ? base() : chosen).resolve("attachments");
  }
}
