package org.dst.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.129/25, 192.0.2.128, true",
    "192.0.2.129/25, 192.0.2.127, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "192.0.2.6/31, 192.0.2.7, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "2001:db8::1, 2001:db8::1, true",
    "::/0, 192.0.2.1, false",
  })
  void shouldAllowExactlyTheAddressesOfTheRange(String range, String address, boolean allowed) {
    AddressRange parsed = AddressRange.parse(range);
    assertEquals(allowed, parsed.contains(InetAddress.ofLiteral(address)));
    assertEquals(range, parsed.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10",
        "10/8",
        "10.0/16",
        "256.0.0.1",
        "192.0.2.0/33",
        "192.0.2.0/-1",
        "192.0.2.0/",
        "192.0.2.0/x",
        "192.0.2.0/24/24",
        "2001:db8::/129",
        ":",
        "1:2:3",
        "localhost",
        "example.org",
        "fe80::1%lo",
        " 192.0.2.1",
      })
  void shouldRefuseWhatIsNoAddressRangeAndNameIt(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
    assertTrue(e.getMessage().startsWith("'" + text + "' is no address range"), e.getMessage());
  }
}
