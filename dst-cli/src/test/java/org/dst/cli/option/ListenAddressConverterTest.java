package org.dst.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

@Timeout(30)
class ListenAddressConverterTest {
  @ParameterizedTest
  @CsvSource({
    ":7777, *:7777",
    "0.0.0.0:1, *:1",
    "127.0.0.1:0, 127.0.0.1:0",
    "[::1]:65535, [0:0:0:0:0:0:0:1]:65535",
    "[::]:1, *:1"
  })
  void shouldReadAndShowAddresses(String text, String shown) {
    assertEquals(shown, ListenAddressConverter.show(new ListenAddressConverter().convert(text)));
  }

  @Test
  void shouldSayWhatIsWrong() {
    assertRefused("7777", "expected: [HOST]:PORT");
    assertRefused(":", "port ''");
    assertRefused(":-1", "0 to 65535");
    assertRefused(":65536", "0 to 65535");
    assertRefused("127.0.0.1:http", "port 'http'");
    assertRefused("no-such-host.invalid:1", "host 'no-such-host.invalid' is not known");
  }

  private static void assertRefused(String text, String why) {
    String message =
        assertThrows(
                TypeConversionException.class, () -> new ListenAddressConverter().convert(text))
            .getMessage();
    assertTrue(message.contains(why), message);
  }
}
