package org.dst.system.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Machine;
import org.dst.system.harness.Status;

/**
 * An attachment on the host, where it starts fast, over an encrypted link. The guest's kernel
 * reaches it by TCP.
 */
final class OutsideAttachment implements AutoCloseable {
  private final Machine machine = Machine.create();
  private final List<String> arguments = new ArrayList<>();
  private Daemon client;

  OutsideAttachment(String target, Path key, String... options) {
    arguments.addAll(List.of(target, "--key-file", key.toString(), "--listen", "127.0.0.1:0"));
    arguments.addAll(List.of("--reconnect-most", "0.2"));
    arguments.addAll(List.of(options));
    client = machine.attach(arguments.toArray(String[]::new));
  }

  /** A key for both sides. */
  static Path makeKey(Path directory) {
    Path key = directory.resolve("key");
    Dst.dst("keygen", key.toString()).succeeded();
    return key;
  }

  /** The line of a script in the guest that makes a device of it. */
  String connect(int device) {
    String port = client.ready(2).replaceAll(".*:", "");
    return "connect_tcp %d %s %s\n".formatted(device, Guest.HOST, port);
  }

  Status status() {
    return machine.attachmentStatus();
  }

  /** The machine loses its power. */
  void kill() {
    client.killAndWait();
  }

  /** Starts it again after {@link #kill}. */
  void start(String... options) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(options));
    client = machine.attach(all.toArray(String[]::new));
  }

  @Override
  public void close() {
    client.close();
  }
}
