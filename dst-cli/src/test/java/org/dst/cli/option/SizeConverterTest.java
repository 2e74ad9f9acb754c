package org.dst.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

@Timeout(10)
class SizeConverterTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "64k, 65536",
    "64K, 65536",
    "1M, 1048576",
    "1g, 1073741824",
    "2T, 2199023255552",
    "1P, 1125899906842624",
    "7E, 8070450532247928832",
    "9223372036854775807, 9223372036854775807"
  })
  void shouldReadSizes(String text, long bytes) {
    assertEquals(bytes, new SizeConverter().convert(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "k", "-1", "1.5G", "1GB", "lots", "8E", "9223372036854775808", "1 G", "0x10"})
  void shouldRefuseWhatIsNoSize(String text) {
    String message =
        assertThrows(TypeConversionException.class, () -> new SizeConverter().convert(text))
            .getMessage();
    assertTrue(message.contains("'" + text + "' is not a size"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1073741824, 1.0 GiB",
    "9223372036854775807, 8.0 EiB"
  })
  void shouldShowSizes(long bytes, String text) {
    assertEquals(text, SizeConverter.show(bytes));
  }

  @Test
  void shouldShowRates() {
    assertEquals("2.5 MiB", SizeConverter.show(2.5 * (1 << 20)));
  }
}
