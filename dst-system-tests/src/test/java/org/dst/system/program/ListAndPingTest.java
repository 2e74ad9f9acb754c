package org.dst.system.program;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ListAndPingTest {
  private static Daemon server;

  @BeforeAll
  static void start() {
    server = Dst.export("first=mem:64M", "second=mem:1G", "--description", "of the tests");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldListNameSizeAccessAndDescription() {
    Dst.dst("list", Dst.address(server))
        .succeeded()
        .printed("first")
        .printed("64.0 MiB")
        .printed("second")
        .printed("1.0 GiB")
        .printed("of the tests");
  }

  @Test
  void shouldListAsJson() {
    Result json = Dst.dst("list", Dst.address(server), "--json").succeeded();
    String text = json.out().replaceAll("\\s", "");
    assertTrue(text.contains("\"name\":\"first\""), json::toString);
    assertTrue(text.contains("67108864"), json::toString);
    assertTrue(text.contains("1073741824"), json::toString);
  }

  @Test
  void shouldPingAndSumUp() {
    Dst.dst("ping", Dst.address(server), "--count", "2").succeeded().printed("min/avg/max");
  }

  @Test
  void shouldTellVersionAndHelp() {
    Dst.dst("--version").succeeded().printed("0.");
    Dst.dstd("--version").succeeded().printed("0.");
    Dst.dst("attach", "--help").succeeded().printed("--socket");
    Dst.dstd("export", "--help").succeeded().printed("--read-only");
  }
}
