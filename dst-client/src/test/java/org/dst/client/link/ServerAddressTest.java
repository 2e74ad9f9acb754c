package org.dst.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ServerAddressTest {
  @Test
  void shouldReadEveryForm() {
    assertEquals(new ServerAddress("storage", 7777), ServerAddress.parse("storage"));
    assertEquals(new ServerAddress("storage", 1), ServerAddress.parse("storage:1"));
    assertEquals(new ServerAddress("192.0.2.1", 65535), ServerAddress.parse("192.0.2.1:65535"));
    assertEquals(new ServerAddress("::1", 7777), ServerAddress.parse("[::1]"));
    assertEquals(new ServerAddress("2001:db8::1", 80), ServerAddress.parse("[2001:db8::1]:80"));
  }

  @Test
  void shouldShowItAsItIsWritten() {
    assertEquals("storage:7777", ServerAddress.parse("storage").toString());
    assertEquals("[::1]:80", ServerAddress.parse("[::1]:80").toString());
  }

  @Test
  void shouldSayWhatIsWrong() {
    assertRefused("", "host is missing");
    assertRefused(":7777", "host is missing");
    assertRefused("[]:7777", "host is missing");
    assertRefused("[::1", "']' is missing");
    assertRefused("::1", "brackets");
    assertRefused("storage:", "port ''");
    assertRefused("storage:0", "1 to 65535");
    assertRefused("storage:65536", "1 to 65535");
    assertRefused("storage:http", "port 'http'");
    assertRefused("[::1]7777", "after ']'");
  }

  private static void assertRefused(String text, String why) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ServerAddress.parse(text)).getMessage();
    assertTrue(message.contains(why), () -> "no '" + why + "' in: " + message);
  }
}
