package org.dst.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ProgressTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void shouldPrintQuartersWhereThereIsNoTerminal() {
    run(new Progress(out, false), 1000);
    assertEquals(
        """
          writing      0%
          writing     25%
          writing     50%
          writing     75%
          writing    100%
        """,
        text());
  }

  @Test
  void shouldGrowABarOnATerminal() {
    run(new Progress(out, true), 1000);
    String[] states = text().split("\r");
    assertEquals(102, states.length, "one for each percent");
    assertEquals("  writing    [" + "-".repeat(40) + "]   0%", states[1]);
    assertTrue(states[51].contains("[" + "#".repeat(20) + "-".repeat(20) + "]  50%"), states[51]);
    assertEquals("  writing    [" + "#".repeat(40) + "] 100%\n", states[101]);
  }

  @Test
  void shouldCountLargeSteps() {
    Progress progress = new Progress(out, false);
    progress.start("writing", Long.MAX_VALUE / 200);
    progress.at(Long.MAX_VALUE / 200);
    assertTrue(text().endsWith("100%\n"), text());
  }

  private static void run(Progress progress, long total) {
    progress.start("writing", total);
    for (long done = 1; done <= total; done++) {
      progress.at(done);
    }
    progress.end();
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
