package org.dst.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StateDirsTest {
  private static final Path MACHINE = Path.of("/var/lib/dst");

  @Test
  void shouldKeepTheStateOfRootForTheMachineAndThatOfOthersAtHome() {
    assertEquals(MACHINE, StateDirs.base(Map.of(), "root", "/root"));
    assertEquals(Path.of("/home/a/.local/state/dst"), StateDirs.base(Map.of(), "a", "/home/a"));
    assertEquals(Path.of("/s/dst"), StateDirs.base(Map.of("XDG_STATE_HOME", "/s"), "a", "/home/a"));
  }

  @Test
  void shouldBeToldAnotherDirectory() {
    assertEquals(Path.of("/x"), StateDirs.base(Map.of(StateDirs.VARIABLE, "/x"), "root", "/root"));
    assertEquals(MACHINE, StateDirs.base(Map.of(StateDirs.VARIABLE, ""), "root", "/root"));
  }

  /** A user of a container whom no list of users has: Java calls name and home "?". */
  @Test
  void shouldNotKeepTheStateOfAUserWithoutAHomeWhereverItIsStarted() {
    assertEquals(MACHINE, StateDirs.base(Map.of(), "?", "?"));
    assertEquals(Path.of("/s/dst"), StateDirs.base(Map.of("XDG_STATE_HOME", "/s"), "?", "?"));
  }
}
