package org.dst.cli.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TextTableTest {
  @Test
  void shouldAlignValuesAndWrapThemBetweenWords() {
    String text =
        new TextTable()
            .title(0, "a title")
            .row(2, "state", "up")
            .row(2, "last error", "word ".repeat(20).strip())
            .toString();
    assertEquals(
        """
        a title
          state       up
          last error  word word word word word word word word word word word word word
                      word word word word word word word
        """,
        text);
  }

  @Test
  void shouldBreakWordsThatAreTooLongAndFitEightyColumns() {
    String text =
        new TextTable().title(2, "x".repeat(300)).row(4, "store", "y".repeat(300)).toString();
    text.lines().forEach(line -> assertTrue(line.length() <= TextTable.WIDTH, line));
    assertEquals(300, text.chars().filter(each -> each == 'x').count());
    assertEquals(300, text.chars().filter(each -> each == 'y').count());
  }

  @Test
  void shouldNotPassControlCharactersToATerminal() {
    String text = new TextTable().row(0, "client", "red \u001b[31m alert\nsecond").toString();
    assertEquals(1, text.lines().count(), text);
    assertEquals(-1, text.indexOf('\u001b'), text);
  }

  @Test
  void shouldShowDurationsInTwoUnits() {
    assertEquals("0.0 s", TextTable.span(-5));
    assertEquals("1.2 s", TextTable.span(1290));
    assertEquals("2 min 5 s", TextTable.span(125_000));
    assertEquals("3 h 7 min", TextTable.span(11_220_000));
    assertEquals("2 d 1 h", TextTable.span(177_000_000));
    assertTrue(
        TextTable.since("2026-01-02T03:04:05.678Z", Instant.parse("2026-01-02T03:05:15.678Z"))
            .endsWith(":05 (1 min 10 s)"));
  }

  @Test
  void shouldShowOnlyWhatWasCounted() {
    Map<String, Object> counters = new TreeMap<>(Map.of("resends", 0L, "replays", 0L));
    assertEquals("all zero", TextTable.counted(counters));
    counters.put("resends", 3L);
    assertEquals("resends 3", TextTable.counted(counters));
  }
}
