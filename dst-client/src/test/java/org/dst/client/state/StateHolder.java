package org.dst.client.state;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Run as a program by tests: claims the state file of a target and says so, or says why it cannot;
 * then waits to be killed. It has a session of two lanes, of which the second has unflushed
 * changes.
 */
final class StateHolder {
  static final AttachTarget TARGET = new AttachTarget("disk", List.of("storage:7777"));
  static final UUID SESSION = new UUID(1, 2);
  static final UUID IDENTITY = new UUID(3, 4);
  static final UUID VERIFIER = new UUID(5, 6);

  private StateHolder() {}

  public static void main(String[] arguments) throws IOException {
    try (ClientState state = new StateFiles(Path.of(arguments[0])).claim(TARGET)) {
      state.begin(SESSION, IDENTITY, 2, TARGET);
      state.marker(0).verifier(new UUID(7, 8));
      state.marker(1).verifier(VERIFIER);
      state.marker(1).unflushed(true);
      System.out.println("holding");
      while (System.in.read() >= 0) {
        // Only the end of the input counts.
      }
    } catch (IOException refused) {
      System.out.println("refused");
    }
  }
}
