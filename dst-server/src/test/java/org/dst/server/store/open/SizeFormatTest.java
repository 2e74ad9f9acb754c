package org.dst.server.store.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class SizeFormatTest {
  @Test
  void shouldUnderstandUnits() {
    assertEquals(0, SizeFormat.parse("0"));
    assertEquals(1000, SizeFormat.parse(" 1000 "));
    assertEquals(64 << 10, SizeFormat.parse("64k"));
    assertEquals(3L << 30, SizeFormat.parse("3G"));
    assertEquals(8191L << 50, SizeFormat.parse("8191P"));
  }

  @Test
  void shouldPrintTheLargestWholeUnit() {
    assertEquals("1G", SizeFormat.format(1 << 30));
    assertEquals("1025K", SizeFormat.format(1025 << 10));
    assertEquals("1000", SizeFormat.format(1000));
    assertEquals("0", SizeFormat.format(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "-1", "+1", "1.5G", "1X", "1GB", "8192P", "9223372036854775808"})
  void shouldRefuseWhatIsNoSize(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> SizeFormat.parse(text));
    assertTrue(refusal.getMessage().contains("\"" + text + "\""), refusal.getMessage());
  }
}
