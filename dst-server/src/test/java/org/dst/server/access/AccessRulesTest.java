package org.dst.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.dst.protocol.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class AccessRulesTest {
  private static final String KEY = PublicKeys.format(new byte[32]);
  private static final InetAddress HERE = InetAddress.ofLiteral("10.1.2.3");
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("2001:db8::7");
  private static final Peer PLAIN = Peer.plain(HERE);
  private static final Peer NODE = new Peer(HERE, "node7", null);
  private static final Peer OTHER = new Peer(HERE, "other", null);
  private static final Peer PAIR = new Peer(ELSEWHERE, "node7", KEY);

  private static AccessRight of(Peer peer, String... rules) {
    return AccessRules.parse(List.of(rules)).rightOf(peer);
  }

  @Test
  void shouldGiveEverythingToEverybodyOnlyWithoutAnyRule() {
    assertEquals(AccessRight.WRITE, of(PLAIN));
    assertEquals(AccessRight.WRITE, of(PAIR));
    assertEquals(AccessRight.NONE, of(PLAIN, "key=node7"), "default deny");
    assertEquals(AccessRight.NONE, of(OTHER, "key=node7"));
    assertEquals(AccessRight.NONE, AccessRules.NOBODY.rightOf(PAIR));
    assertEquals(AccessRight.NONE, AccessRules.of(List.of()).rightOf(PLAIN), "rules that are gone");
  }

  @Test
  void shouldMatchAddressNameAndPublicKeyEachForItself() {
    assertEquals(AccessRight.WRITE, of(NODE, "10.0.0.0/8"));
    assertEquals(AccessRight.WRITE, of(NODE, "rw from=10.0.0.0/8"));
    assertEquals(AccessRight.NONE, of(PAIR, "10.0.0.0/8"));
    assertEquals(AccessRight.READ, of(PAIR, "ro 2001:db8::/32"));
    assertEquals(AccessRight.READ, of(NODE, "ro key=node7"));
    assertEquals(AccessRight.WRITE, of(PAIR, "public-key=" + KEY));
    assertEquals(AccessRight.NONE, of(NODE, "public-key=" + KEY), "a name alone is no public key");
    assertEquals(AccessRight.READ, of(PLAIN, "ro"), "nothing is asked of the peer");
  }

  @Test
  void shouldRequireEveryKindThatARuleMentions() {
    String both = "rw key=node7 from=10.0.0.0/8";
    assertEquals(AccessRight.WRITE, of(NODE, both));
    assertEquals(AccessRight.NONE, of(OTHER, both));
    assertEquals(AccessRight.NONE, of(PAIR, both));
    assertEquals(AccessRight.NONE, of(PLAIN, both));
    assertEquals(AccessRight.NONE, of(PAIR, "key=other public-key=" + KEY));
    assertEquals(AccessRight.WRITE, of(PAIR, "key=node7 2001:db8::/64 public-key=" + KEY));
  }

  @Test
  void shouldTakeWordsOfOneKindForAlternatives() {
    String rule = "ro key=node7 key=other 10.0.0.0/8 2001:db8::/32";
    for (Peer peer : List.of(NODE, OTHER, PAIR)) {
      assertEquals(AccessRight.READ, of(peer, rule), peer::toString);
    }
    assertEquals(AccessRight.NONE, of(PLAIN, rule));
  }

  @Test
  void shouldGiveTheMostOfTheRulesThatMatchWhateverTheirOrder() {
    assertEquals(AccessRight.WRITE, of(NODE, "rw key=node7", "ro 10.0.0.0/8"));
    assertEquals(AccessRight.WRITE, of(NODE, "ro 10.0.0.0/8", "rw key=node7"));
    assertEquals(AccessRight.READ, of(OTHER, "rw key=node7", "ro 10.0.0.0/8"));
    assertEquals(AccessRight.READ, of(NODE, "ro", "rw key=other"));
  }

  @Test
  void shouldNotBeMissedByTheFormOfAnAddressOrAKey() throws Exception {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff0a010203");
    InetAddress address = java.net.Inet6Address.getByAddress("x", mapped, 0);
    assertEquals(AccessRight.WRITE, of(Peer.plain(address), "10.0.0.0/8"));
    assertEquals(AccessRight.WRITE, of(PAIR, "public-key=" + "0".repeat(64)), "hexadecimal");
    assertEquals(AccessRight.WRITE, of(PAIR, "public-key=" + KEY.replace("=", "")));
    assertEquals(PAIR, new Peer(ELSEWHERE, "node7", "0".repeat(64)));
    assertThrows(IllegalArgumentException.class, () -> new Peer(HERE, "node7", "AAAA"));
  }

  @Test
  void shouldLimitWhatTheExportGives() {
    assertNull(AccessRight.NONE.limit(Access.SHARED));
    assertEquals(Access.READ_ONLY, AccessRight.READ.limit(Access.SHARED));
    assertEquals(Access.SHARED, AccessRight.WRITE.limit(Access.SHARED));
    assertEquals(Access.READ_ONLY, AccessRight.WRITE.limit(Access.READ_ONLY));
    assertTrue(
        AccessRight.READ.covers(Access.READ_ONLY) && !AccessRight.READ.covers(Access.SHARED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\" | character 1: nothing is there",
        "\"  \" | character 1: nothing is there",
        "all | character 1: 'all' is no address range",
        "rw key=a kee=b | character 10: 'kee=b' is not known",
        "ro  10.0.0.0/33 | character 5: '10.0.0.0/33' is no address range",
        "from=host | character 1: 'host' is no address range",
        "ro key= | character 4: 'key=' without a name",
        "rw ro | character 4: 'ro' after another ro or rw",
        "rw key=a rw | character 10: 'rw' after another ro or rw",
        "public-key=AAAA | character 1: 'AAAA' is no public key",
        "RW | character 1: 'RW' is no address range",
      })
  void shouldNameRulePositionAndWhatIsAllowed(String rule, String why) {
    var wrong = assertThrows(IllegalArgumentException.class, () -> AccessRule.parse(rule));
    String expected = "access rule '%s', %s".formatted(rule, why);
    assertTrue(wrong.getMessage().startsWith(expected), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("allowed are ro, rw, from=RANGE"), wrong.getMessage());
  }
}
