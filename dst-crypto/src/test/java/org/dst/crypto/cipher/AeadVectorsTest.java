package org.dst.crypto.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.dst.crypto.VectorFile;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(Watch.class)
@Timeout(60)
class AeadVectorsTest {
  private static final int BEFORE = 3;

  /** A cipher and who makes it. */
  record Choice(String name, CryptoProvider provider) {
    AeadCipher cipher() {
      return IpsecMbPresence.cipher(name, provider);
    }

    @Override
    public String toString() {
      return name + " by " + provider.label();
    }
  }

  /** Every cipher from every provider that has it. */
  static Stream<Choice> ciphers() {
    return Ciphers.names().stream()
        .flatMap(name -> Ciphers.providers(name).stream().map(p -> new Choice(name, p)));
  }

  @Test
  void shouldHaveVectorsOfEveryCipher() {
    Set<String> covered = new HashSet<>();
    VectorFile.read(AeadVectorsTest.class, "aead-vectors.txt")
        .forEach(vector -> covered.add(vector.text("cipher")));
    assertEquals(Set.copyOf(Ciphers.names()), covered);
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void shouldSealAndOpenThePublishedVectorsInPlace(Choice choice) {
    AeadCipher cipher = choice.cipher();
    List<VectorFile.Block> vectors =
        VectorFile.read(AeadVectorsTest.class, "aead-vectors.txt").stream()
            .filter(vector -> vector.text("cipher").equals(cipher.name()))
            .toList();
    assertFalse(vectors.isEmpty());
    for (VectorFile.Block vector : vectors) {
      check(cipher, vector, ByteBufAllocator.DEFAULT.directBuffer());
      check(cipher, vector, ByteBufAllocator.DEFAULT.heapBuffer());
    }
  }

  private static void check(AeadCipher cipher, VectorFile.Block vector, ByteBuf buffer) {
    AeadKey key = cipher.key(vector.bytes("key"));
    byte[] plain = vector.bytes("plain");
    byte[] nonce = vector.bytes("nonce");
    byte[] associated = vector.bytes("aad");
    // Providers refuse to seal twice in a row with one nonce, as they should.
    ByteBuf between = ByteBufAllocator.DEFAULT.directBuffer().writeZero(Aead.TAG);
    cipher
        .aead()
        .seal(key, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, nonce, between, 0, 0);
    between.release();
    buffer.writeZero(BEFORE).writeBytes(plain).writeZero(Aead.TAG).writeByte(0x5a);
    cipher.aead().seal(key, nonce, associated, buffer, BEFORE, plain.length);
    assertEquals(
        vector.text("sealed"), ByteBufUtil.hexDump(buffer, BEFORE, plain.length + Aead.TAG));
    assertEquals(0, buffer.getMedium(0), "bytes before");
    assertEquals(0x5a, buffer.getByte(BEFORE + plain.length + Aead.TAG), "bytes behind");
    assertTrue(cipher.aead().open(key, nonce, associated, buffer, BEFORE, plain.length));
    assertArrayEquals(plain, ByteBufUtil.getBytes(buffer, BEFORE, plain.length));
    buffer.release();
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void shouldSealAndOpenFromOneBufferIntoAnother(Choice choice) {
    AeadCipher cipher = choice.cipher();
    Random random = new Random(5);
    AeadKey key = cipher.key(bytes(random, cipher.keyLength()));
    byte[] associated = bytes(random, 4);
    for (int length : new int[] {0, 1, 52, 4148, 65_583}) {
      byte[] nonce = bytes(random, Aead.NONCE);
      byte[] plain = bytes(random, length);
      ByteBuf from = ByteBufAllocator.DEFAULT.directBuffer().writeZero(BEFORE).writeBytes(plain);
      ByteBuf to = ByteBufAllocator.DEFAULT.directBuffer().writeZero(4 + length + Aead.TAG);
      cipher.aead().seal(key, nonce, associated, from, BEFORE, length, to, 4);
      assertArrayEquals(plain, ByteBufUtil.getBytes(from, BEFORE, length), "what is sealed stays");
      assertEquals(0, to.getInt(0), "bytes before");
      ByteBuf back = ByteBufAllocator.DEFAULT.directBuffer().writeZero(8 + length + 1);
      assertTrue(cipher.aead().open(key, nonce, associated, to, 4, length, back, 8));
      assertArrayEquals(plain, ByteBufUtil.getBytes(back, 8, length));
      assertEquals(0, back.getLong(0), "bytes before");
      assertEquals(0, back.getByte(8 + length), "the byte behind");
      back.release();
      assertTrue(cipher.aead().open(key, nonce, associated, to, 4, length));
      assertArrayEquals(plain, ByteBufUtil.getBytes(to, 4, length));
      from.release();
      to.release();
    }
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void shouldWorkInPlaceAtEverySizeAndRefuseEveryForgery(Choice choice) {
    AeadCipher cipher = choice.cipher();
    Random random = new Random(4);
    AeadKey key = cipher.key(bytes(random, cipher.keyLength()));
    byte[] associated = bytes(random, 4);
    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(1 << 20);
    for (int length : new int[] {0, 1, 15, 16, 17, 255, 4096, 4144, 65_583, 300_001}) {
      byte[] nonce = bytes(random, Aead.NONCE);
      byte[] plain = bytes(random, length);
      buffer.clear().writeBytes(plain).writeZero(Aead.TAG);
      cipher.aead().seal(key, nonce, associated, buffer, 0, length);
      byte[] sealed = ByteBufUtil.getBytes(buffer);
      assertTrue(cipher.aead().open(key, nonce, associated, buffer, 0, length));
      assertArrayEquals(plain, ByteBufUtil.getBytes(buffer, 0, length), "length " + length);
      for (int i = 0; i < 8; i++) {
        buffer.clear().writeBytes(sealed);
        int at = i < 4 ? random.nextInt(sealed.length) : sealed.length - 1 - random.nextInt(16);
        buffer.setByte(at, buffer.getByte(at) ^ 1 << random.nextInt(8));
        assertFalse(cipher.aead().open(key, nonce, associated, buffer, 0, length), "at " + at);
      }
      buffer.clear().writeBytes(sealed);
      byte[] other = nonce.clone();
      other[11] ^= 1;
      assertFalse(cipher.aead().open(key, other, associated, buffer, 0, length), "other nonce");
      buffer.clear().writeBytes(sealed);
      assertFalse(cipher.aead().open(key, nonce, new byte[4], buffer, 0, length), "other data");
      buffer.clear().writeBytes(sealed);
      assertTrue(cipher.aead().open(key, nonce, associated, buffer, 0, length), "after forgeries");
    }
    buffer.release();
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
