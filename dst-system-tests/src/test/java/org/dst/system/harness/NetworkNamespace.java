package org.dst.system.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/**
 * A network namespace connected to this one by a virtual cable: a separate host, as far as TCP can
 * tell. Requires root.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final String BLACK_HOLE = "02:00:00:00:de:ad";

  /** The address of this side, where servers listen. */
  public static final String HERE = "10.213.87.1";

  private static final String THERE = "10.213.87.2";

  private final String name = "dst-" + ProcessHandle.current().pid();
  private final String here = "dsth" + ProcessHandle.current().pid() % 100_000;
  private final String there = "dstn" + ProcessHandle.current().pid() % 100_000;

  private NetworkNamespace() {}

  /** Makes one, or skips the test and says why. */
  public static NetworkNamespace createOrSkip() {
    NetworkNamespace space = new NetworkNamespace();
    Result added = ip("netns", "add", space.name);
    assumeTrue(added.exit() == 0, () -> "no network namespace: " + added.err().strip());
    Result cable =
        ip(
            "link",
            "add",
            space.here,
            "type",
            "veth",
            "peer",
            "name",
            space.there,
            "netns",
            space.name);
    if (cable.exit() != 0) {
      space.close();
    }
    assumeTrue(cable.exit() == 0, () -> "no veth device: " + cable.err().strip());
    ip("addr", "add", HERE + "/24", "dev", space.here).succeeded();
    ip("-n", space.name, "addr", "add", THERE + "/24", "dev", space.there).succeeded();
    ip("-n", space.name, "link", "set", space.there, "up").succeeded();
    space.plug();
    return space;
  }

  private static Result ip(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Command.run(command);
  }

  /** What runs a command in the namespace. */
  public List<String> launcher() {
    return List.of("ip", "netns", "exec", name);
  }

  /** Pulls the cable. */
  public void unplug() {
    ip("link", "set", here, "down").succeeded();
  }

  /** Plugs the cable in. */
  public void plug() {
    ip("link", "set", here, "up").succeeded();
  }

  /** Loses every packet from the namespace to this side, and none the other way. */
  public void loseWhatIsSentHere() {
    ip("-n", name, "neigh", "replace", HERE, "lladdr", BLACK_HOLE, "dev", there).succeeded();
  }

  /** Loses every packet from this side to the namespace, and none the other way. */
  public void loseWhatIsSentThere() {
    ip("neigh", "replace", THERE, "lladdr", BLACK_HOLE, "dev", here).succeeded();
  }

  /** Loses nothing any more. */
  public void heal() {
    ip("-n", name, "neigh", "del", HERE, "dev", there);
    ip("neigh", "del", THERE, "dev", here);
  }

  @Override
  public void close() {
    ip("link", "del", here);
    ip("netns", "del", name).succeeded();
  }
}
