package org.dst.cli.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.protocol.Access;
import org.dst.server.access.AccessRight;
import org.dst.server.access.AccessRules;
import org.dst.server.access.Peer;
import org.dst.server.lane.WritePolicy;
import org.dst.server.lane.ZeroDetection;
import org.dst.server.store.StoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class ExportSpecTest {
  private static final ExportSpec.Defaults DEFAULTS =
      new ExportSpec.Defaults(
          "by default", false, AccessRules.EVERYBODY, StoreOptions.DEFAULT, WritePolicy.AS_ASKED);

  private static AccessRight rightAt(ExportSpec spec, String address) {
    return spec.export().rules().rightOf(Peer.plain(InetAddress.ofLiteral(address)));
  }

  @Test
  void shouldReadNameAndPath() throws UserError {
    ExportSpec spec = ExportSpec.parse("disk=/srv/disk.img", DEFAULTS);
    assertEquals("disk", spec.export().name());
    assertEquals("/srv/disk.img", spec.location());
    assertEquals("by default", spec.export().description());
    assertEquals(Access.READ_WRITE, spec.export().access());
    assertEquals(StoreOptions.DEFAULT, spec.store());
  }

  @Test
  void shouldReadEveryOption() throws Exception {
    ExportSpec spec =
        ExportSpec.parse(
            "d=/x,rw,description=a,, b=c,allow=192.0.2.1,allow=10.0.0.0/8,min-block=512,"
                + "preferred-block=64k,size-limit=1G,create=2G,direct,sync,detect-zeroes=unmap,preallocate",
            DEFAULTS);
    assertEquals("a, b=c", spec.export().description());
    assertEquals(
        new StoreOptions(false, 512, 64 << 10, 1L << 30, 2L << 30, true, true), spec.store());
    assertEquals(new WritePolicy(true, ZeroDetection.UNMAP), spec.export().policy());
    assertEquals(spec.export().policy(), spec.with(AccessRules.EVERYBODY).export().policy());
    assertEquals(AccessRight.WRITE, rightAt(spec, "192.0.2.1"));
    assertEquals(AccessRight.WRITE, rightAt(spec, "10.1.2.3"));
    assertEquals(AccessRight.NONE, rightAt(spec, "192.0.2.2"));
  }

  @Test
  void shouldReadRulesThatTellReadersFromWriters() throws Exception {
    ExportSpec spec =
        ExportSpec.parse("d=/x,allow=rw 192.0.2.1,allow=ro from=10.0.0.0/8", DEFAULTS);
    assertEquals(AccessRight.WRITE, rightAt(spec, "192.0.2.1"));
    assertEquals(AccessRight.READ, rightAt(spec, "10.1.2.3"));
    assertEquals(AccessRight.NONE, rightAt(spec, "192.0.2.2"));
  }

  @Test
  void shouldKeepCommasAndEqualSignsOfThePath() throws UserError {
    assertEquals("/a,b=c", ExportSpec.parse("d=/a,,b=c", DEFAULTS).location());
    assertEquals("/a,", ExportSpec.parse("d=/a,,,ro", DEFAULTS).location());
  }

  @Test
  void shouldLetAnExportDifferFromTheDefaults() throws Exception {
    AccessRules nobody = AccessRules.parse(List.of("192.0.2.1"));
    var readOnly =
        new ExportSpec.Defaults("", true, nobody, StoreOptions.DEFAULT, WritePolicy.AS_ASKED);
    ExportSpec same = ExportSpec.parse("d=/x", readOnly);
    assertEquals(Access.READ_ONLY, same.export().access());
    assertTrue(same.store().readOnly());
    assertEquals(AccessRight.NONE, rightAt(same, "10.0.0.1"));
    ExportSpec other = ExportSpec.parse("d=/x,read-write,allow=10.0.0.1", readOnly);
    assertEquals(Access.READ_WRITE, other.export().access());
    assertFalse(other.store().readOnly());
    assertEquals(AccessRight.WRITE, rightAt(other, "10.0.0.1"));
    assertEquals(AccessRight.NONE, rightAt(other, "192.0.2.1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "disk | expected: NAME=PATH",
        "=/srv/x | expected: NAME=PATH",
        "disk= | expected: NAME=PATH",
        "d=/x,readonly | unknown option 'readonly'",
        "d=/x,read-only=no | takes no value",
        "d=/x,min-block=3 | power of two",
        "d=/x,min-block=8G | power of two",
        "d=/x,min-block=128k | power of two up to 65536",
        "d=/x,min-block=4k,preferred-block=512 | >= minimum block",
        "d=/x,size-limit=all | not a size",
        "d=/x,create | not a size",
        "d=/x,ro,create=1G | cannot be read-only",
        "d=/x,allow=host | no address range",
        "d=/x,allow=192.0.2.0/33 | no address range",
        "d=/x,allow=rw ro | character 4: 'ro' after another ro or rw",
        "d=/x,allow=ro kee=a | character 4: 'kee=a' is not known; allowed are ro, rw, from=RANGE",
        "d=/x,allow=key= | 'key=' without a name",
        "d=/x,allow=public-key=abc | 'abc' is no public key",
        "d=/x,allow= | nothing is there",
        "d=mem:1G,create=1G | create= is for files",
        "d=mem:lots | mem",
        "d=mem:1G,direct | memory has no page cache",
        "d=/x,ro,preallocate | cannot be preallocated",
        "d=/x,detect-zeroes | detect-zeroes '' (expected: off, on or unmap)",
        "d=/x,direct=yes | 'direct=yes' takes no value",
      })
  void shouldSayWhatIsWrong(String text, String why) {
    UserError wrong = assertThrows(UserError.class, () -> ExportSpec.parse(text, DEFAULTS));
    assertEquals(ExitCode.USAGE, wrong.code());
    assertTrue(wrong.getMessage().contains(why), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("'" + text + "'"), wrong.getMessage());
  }

  @Test
  void shouldRefuseTextsThatTheProtocolDoesNotCarry() {
    UserError name =
        assertThrows(UserError.class, () -> ExportSpec.parse("n".repeat(4097) + "=/x", DEFAULTS));
    assertTrue(name.getMessage().startsWith("export name of 4097 bytes"), name.getMessage());
    UserError text =
        assertThrows(
            UserError.class,
            () -> ExportSpec.parse("d=/x,description=" + "\u00e4".repeat(2049), DEFAULTS));
    assertTrue(text.getMessage().startsWith("description of 4098 bytes"), text.getMessage());
  }
}
