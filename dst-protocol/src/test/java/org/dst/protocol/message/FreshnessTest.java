package org.dst.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.dst.protocol.Access;
import org.dst.protocol.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a client and a server tell each other how fresh the store is, or do not. */
@Timeout(20)
class FreshnessTest {
  private static final int LENGTH = Long.BYTES;

  private static Attach attach(Extensions extensions) {
    return new Attach(
        Samples.ATTACH.session(),
        Attach.NO_SESSION,
        0,
        0,
        1,
        1,
        Access.READ_WRITE,
        false,
        "disk",
        "client",
        extensions);
  }

  private static Attach knowing(byte[] value) {
    return attach(Extensions.NONE.with(Attach.KNOWN_FRESHNESS, value));
  }

  @Test
  void shouldTellItInAnAnswerBesideWhatElseThereIs() throws MalformedException {
    ByteBuf wire = Unpooled.buffer();
    Samples.ATTACHED.asResized().withFreshness(9).encode(wire);
    Attached decoded = Attached.decode(wire);
    assertEquals(9, decoded.freshness());
    assertTrue(decoded.isResized());
  }

  @Test
  void shouldNotTakeSilenceForANumber() {
    assertEquals(-1, Samples.ATTACHED.freshness());
  }

  @Test
  void shouldTellTheServerWhatIsKnown() throws MalformedException {
    ByteBuf wire = Unpooled.buffer();
    knowing(Attach.freshnessBytes(1L << 40)).encode(wire);
    assertEquals(1L << 40, Attach.decode(wire).knownFreshness());
    assertEquals(0, attach(Extensions.NONE).knownFreshness());
  }

  @Test
  void shouldNotGuessWhatAnOddNumberMeans() {
    for (byte[] odd : new byte[][] {new byte[0], new byte[7], Attach.freshnessBytes(-1)}) {
      assertThrows(MalformedException.class, () -> knowing(odd).knownFreshness());
    }
    assertEquals(LENGTH, Attach.freshnessBytes(1).length);
  }

  @Test
  void shouldBeIgnoredByAServerThatDoesNotKnowIt() {
    assertEquals(-1, knowing(new byte[LENGTH]).extensions().firstUnknownCritical());
  }
}
