package org.dst.crypto.checksum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.openhft.hashing.LongHashFunction;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Watch.class)
@Timeout(30)
class DigestVectorsTest {
  private static String compute(Checksum checksum, byte[] bytes) {
    ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer().writeByte(9).writeBytes(bytes);
    direct.skipBytes(1);
    byte[] into = new byte[checksum.length()];
    checksum.compute(direct, into);
    byte[] again = new byte[checksum.length()];
    int half = bytes.length / 2;
    ByteBuf parts =
        Unpooled.wrappedBuffer(
            direct.retainedSlice(1, half), Unpooled.copiedBuffer(bytes, half, bytes.length - half));
    checksum.compute(parts, again);
    assertEquals(ByteBufUtil.hexDump(into), ByteBufUtil.hexDump(again), "in two parts");
    parts.release();
    direct.release();
    return ByteBufUtil.hexDump(into);
  }

  /**
   * FIPS 180-4 and FIPS 202 examples of NIST ("abc" and the empty message); the BLAKE3 team's test
   * vectors for input lengths 0 and 3 in test_vectors.json have other contents than "abc", whose
   * digest is that of the reference program b3sum.
   */
  @ParameterizedTest
  @CsvSource({
    "sha-256, '', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha-256, abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "sha3-256, '', a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
    "sha3-256, abc, 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
    "blake3, '', af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    "blake3, abc, 6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
    "xxh3, '', 2d06800538d394c2"
  })
  void shouldComputeThePublishedVectors(String name, String message, String expected) {
    byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);
    assertEquals(expected, compute(Checksums.create(name), bytes));
  }

  /** The BLAKE3 team's test_vectors.json: the input counts from 0 to 250 and over again. */
  @ParameterizedTest
  @CsvSource({
    "1, 2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
    "1024, 42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
    "1025, d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    "8192, aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63"
  })
  void shouldComputeTheVectorsOfTheBlake3Team(int length, String expected) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    assertEquals(expected, compute(Checksums.create("blake3"), bytes));
  }

  @Test
  void shouldComputeXxh3AsAnotherImplementationDoes() {
    Random random = new Random(3);
    byte[] bytes = new byte[300_000];
    random.nextBytes(bytes);
    Checksum xxh3 = Checksums.create("xxh3");
    byte[] into = new byte[8];
    for (int i = 0; i < 3000; i++) {
      int length = i < 2100 ? i : random.nextInt(bytes.length);
      int at = random.nextInt(bytes.length - length + 1);
      xxh3.compute(Unpooled.wrappedBuffer(bytes, at, length), into);
      assertEquals(
          "%016x".formatted(LongHashFunction.xx3().hashBytes(bytes, at, length)),
          ByteBufUtil.hexDump(into),
          "length " + length);
    }
    assertEquals(8, xxh3.length());
  }

  /** RFC 4231, test cases 2 and 3. */
  @ParameterizedTest
  @CsvSource({
    "4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
        + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"
        + " dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
        + "dddddddddddddddd, 773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
  })
  void shouldComputeThePublishedMacs(String key, String message, String expected) {
    MacKeys keys = new MacKeys(ByteBufUtil.decodeHexDump(key), new byte[32]);
    Checksum mac = Checksums.create("hmac-sha-256", keys);
    assertEquals(expected, compute(mac, ByteBufUtil.decodeHexDump(message)));
  }

  @Test
  void shouldMatchWhatThePeerComputesAndNothingElse() {
    byte[] one = new byte[32];
    byte[] two = new byte[32];
    two[0] = 1;
    Checksum client = Checksums.create("hmac-sha-256", MacKeys.of(one, two));
    Checksum server = Checksums.create("hmac-sha-256", MacKeys.of(two, one));
    ByteBuf payload = Unpooled.buffer().writeLong(42);
    byte[] sum = new byte[32];
    client.compute(payload, sum);
    assertTrue(server.matches(payload, sum));
    assertFalse(client.matches(payload, sum), "one's own, sent back");
    sum[31] ^= 1;
    assertFalse(server.matches(payload, sum));
  }

  @Test
  void shouldRefuseAKeyedChecksumOnAPlainLink() {
    assertEquals(
        "checksum 'hmac-sha-256' needs a key and therefore a secured link (psk or keys); this one"
            + " is plain",
        assertThrows(IllegalArgumentException.class, () -> Checksums.create("hmac-sha-256"))
            .getMessage());
    assertFalse(Checksums.names().contains("hmac-sha-256"));
    assertTrue(Checksums.securedNames().contains("hmac-sha-256"));
    assertEquals("sha-256", Checksums.beforeLink("hmac-sha-256").name());
    assertEquals("xxh3", Checksums.beforeLink("xxh3").name());
  }
}
