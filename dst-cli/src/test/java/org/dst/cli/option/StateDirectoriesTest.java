package org.dst.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StateDirectoriesTest {
  private static final Path MACHINE = Path.of("/var/lib/dst");

  @Test
  void shouldKeepTheStateOfRootForTheMachineAndThatOfOthersAtHome() {
    assertEquals(MACHINE, StateDirectories.base(Map.of(), "root", "/root"));
    assertEquals(
        Path.of("/home/a/.local/state/dst"), StateDirectories.base(Map.of(), "a", "/home/a"));
    assertEquals(
        Path.of("/s/dst"), StateDirectories.base(Map.of("XDG_STATE_HOME", "/s"), "a", "/home/a"));
  }

  @Test
  void shouldBeToldAnotherDirectory() {
    assertEquals(
        Path.of("/x"),
        StateDirectories.base(Map.of(StateDirectories.VARIABLE, "/x"), "root", "/root"));
    assertEquals(
        MACHINE, StateDirectories.base(Map.of(StateDirectories.VARIABLE, ""), "root", "/root"));
  }

  /** A user of a container whom no list of users has: Java calls name and home "?". */
  @Test
  void shouldNotKeepTheStateOfAUserWithoutAHomeWhereverItIsStarted() {
    assertEquals(MACHINE, StateDirectories.base(Map.of(), "?", "?"));
    assertEquals(
        Path.of("/s/dst"), StateDirectories.base(Map.of("XDG_STATE_HOME", "/s"), "?", "?"));
  }
}
