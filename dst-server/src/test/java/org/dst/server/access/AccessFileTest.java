package org.dst.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class AccessFileTest {
  private static final List<String> EXPORTS = List.of("disk", "a: b", "x:y");

  @Test
  void shouldGiveEachExportItsRulesAndThoseOfAll() {
    Map<String, AccessRules> rules =
        AccessFile.parse(
            """
            # who may use what

            disk: rw key=node7 10.0.0.0/8
              disk:\tro 2001:db8::/32
            *: ro key=admin
            x:y: rw ::1
            """,
            EXPORTS);
    assertEquals(
        "rw key=node7 10.0.0.0/8; ro 2001:db8::/32; ro key=admin", rules.get("disk").toString());
    assertEquals("ro key=admin; rw ::1", rules.get("x:y").toString());
    assertEquals("ro key=admin", rules.get("a: b").toString());
  }

  @Test
  void shouldPassOverTheMarkThatSomeEditorsPutBeforeAText() {
    Map<String, AccessRules> rules = AccessFile.parse("\ufeffdisk: ro\r\nx:y: rw\r\n", EXPORTS);
    assertEquals("ro", rules.get("disk").toString());
    assertEquals("rw", rules.get("x:y").toString());
    assertEquals("ro", AccessFile.parse("\ufeff# ours\n*: ro", EXPORTS).get("disk").toString());
  }

  @Test
  void shouldLetNobodyUseAnExportWithoutRules() {
    Peer peer = Peer.plain(InetAddress.getLoopbackAddress());
    for (String text : List.of("", "# nothing\n\n", "disk: rw\n")) {
      assertEquals(
          AccessRight.NONE, AccessFile.parse(text, EXPORTS).get("x:y").rightOf(peer), text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "disk | 'disk' (expected: EXPORT: RULE",
        "disk rw | 'disk rw' (expected: EXPORT: RULE",
        "disk:rw | 'disk:rw' (expected: EXPORT: RULE",
        ": rw | (expected: EXPORT: RULE",
        "disk: | access rule '', character 1: nothing is there",
        "disk: rw kee=b | access rule 'rw kee=b', character 4: 'kee=b' is not known",
        "dsik: rw | no export is named 'dsik' (there are: a: b, disk, x:y; * stands for all)",
      })
  void shouldNameTheLineThatMakesNoSense(String line, String why) {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> AccessFile.parse("disk: ro\n\n" + line + "\n", EXPORTS));
    assertTrue(wrong.getMessage().startsWith("line 3: "), wrong.getMessage());
    assertTrue(wrong.getMessage().contains(why), wrong.getMessage());
  }
}
