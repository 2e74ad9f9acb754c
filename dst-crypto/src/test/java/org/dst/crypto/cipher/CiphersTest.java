package org.dst.crypto.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(30)
class CiphersTest {
  private static final List<CryptoProvider> PACKAGED =
      List.of(CryptoProvider.CONSCRYPT, CryptoProvider.JDK, CryptoProvider.BOUNCYCASTLE);

  @Test
  void shouldTakeTheFastestProviderUnlessOneIsForced() {
    assertEquals(
        "aes-256-gcm by conscrypt",
        Ciphers.create("aes-256-gcm", CryptoProvider.CONSCRYPT).toString());
    assertEquals("camellia-256-gcm by bouncycastle", Ciphers.create("camellia-256-gcm").toString());
    assertEquals(
        CryptoProvider.JDK, Ciphers.create("aes-128-gcm", CryptoProvider.of("jdk")).provider());
  }

  @Test
  void shouldTakeTheInstalledLibraryBeforeWhatIsInThePackage() {
    IpsecMbPresence.assume();
    assertEquals("aes-256-gcm by ipsec-mb", Ciphers.create("aes-256-gcm").toString());
    assertEquals("aes-128-gcm by ipsec-mb", Ciphers.create("aes-128-gcm").toString());
  }

  @Test
  void shouldTakeEachProviderOfThePackageForTheSizesItIsGoodAt() {
    assertEquals(
        "aes-256-gcm by conscrypt, up to 12 KiB by jdk",
        Ciphers.create("aes-256-gcm", PACKAGED).toString());
    assertEquals(
        "aes-256-gcm by jdk",
        Ciphers.create("aes-256-gcm", List.of(CryptoProvider.JDK)).toString());
    assertEquals(
        "aes-256-gcm-siv by conscrypt", Ciphers.create("aes-256-gcm-siv", PACKAGED).toString());
  }

  @Test
  void shouldNameWhatThereIsWhenAskedForSomethingElse() {
    assertEquals(
        "unknown cipher 'rot13'; expected one of aes-128-gcm, aes-256-gcm, aes-256-gcm-siv,"
            + " aria-256-gcm, camellia-256-gcm, chacha20-poly1305, sm4-gcm",
        assertThrows(IllegalArgumentException.class, () -> Ciphers.create("rot13")).getMessage());
    assertEquals(
        "unknown crypto provider 'acme'; expected one of bouncycastle, conscrypt, ipsec-mb, jdk",
        assertThrows(IllegalArgumentException.class, () -> CryptoProvider.of("acme")).getMessage());
    assertEquals(
        "provider jdk does not have cipher 'aes-256-gcm-siv'; providers that do are conscrypt,"
            + " bouncycastle",
        assertThrows(
                IllegalArgumentException.class,
                () -> Ciphers.create("aes-256-gcm-siv", CryptoProvider.JDK))
            .getMessage());
  }

  @Test
  void shouldChooseByTheOrderOfWhoWants() {
    assertEquals("b", Ciphers.choose(List.of("a", "b", "c"), List.of("c", "b")));
    assertNull(Ciphers.choose(List.of("a"), List.of("b")));
    assertTrue(Ciphers.names().containsAll(Ciphers.DEFAULT));
  }

  @Test
  void shouldHaveUsualCiphersFromEveryProvider() {
    for (CryptoProvider provider : CryptoProvider.values()) {
      List<String> found = Ciphers.defaults(provider);
      assertEquals("aes-256-gcm", found.getFirst());
      assertEquals(
          provider != CryptoProvider.IPSEC_MB,
          found.contains("chacha20-poly1305"),
          found::toString);
    }
  }

  @Test
  void shouldSayThatTheLibraryOfAnotherBinaryInterfaceIsNotTheOneThatIsMissing() {
    assertEquals(
        "libIPSec_MB.so.1 is not installed (Debian 12: apt-get install libipsec-mb1)",
        IpsecMb.absence(library -> false));
    assertEquals(
        "libIPSec_MB.so.2 is installed, but its ABI is not supported (expected:"
            + " libIPSec_MB.so.1, version 1.3 or later)",
        IpsecMb.absence("libIPSec_MB.so.2"::equals));
  }

  @Test
  void shouldGiveEachThreadAnInstanceOfItsOwn() {
    AeadCipher cipher = Ciphers.create("aes-256-gcm");
    Aead mine = cipher.aead();
    assertSame(mine, cipher.aead());
    assertNotSame(mine, CompletableFuture.supplyAsync(cipher::aead).join());
  }

  @Test
  void shouldDistrustAProviderThatAnswersWrongly() {
    CipherSpec wrong = CipherSpec.of("aes-256-gcm", 32, "00".repeat(Aead.TAG));
    assertFalse(SelfTest.passes(wrong, Ciphers.create("aes-256-gcm").aead()));
  }

  @Test
  void shouldForgetAKeyThatIsDestroyed() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    AeadKey key = Ciphers.create("aes-128-gcm").key(bytes);
    assertArrayEquals(bytes, key.getEncoded());
    key.destroy();
    assertTrue(key.isDestroyed());
    assertArrayEquals(new byte[16], bytes);
    assertEquals("AES key", key.toString());
  }

  @Test
  void shouldWipeAnExpandedKeyAndExpandNoDestroyedOne() {
    IpsecMbPresence.assume();
    AeadCipher cipher = Ciphers.create("aes-256-gcm", CryptoProvider.IPSEC_MB);
    AeadKey used = cipher.key(new byte[32]);
    ByteBuf record = ByteBufAllocator.DEFAULT.directBuffer().writeZero(Aead.TAG);
    cipher.aead().seal(used, new byte[Aead.NONCE], new byte[4], record, 0, 0);
    MemorySegment expanded = used.expanded();
    MemorySegment zeros = Arena.ofAuto().allocate(expanded.byteSize());
    assertNotEquals(-1, expanded.mismatch(zeros), "something was expanded");
    used.destroy();
    assertEquals(-1, expanded.mismatch(zeros), "the first byte that is not wiped");
    AeadKey fresh = cipher.key(new byte[32]);
    fresh.destroy();
    assertThrows(
        IllegalStateException.class,
        () -> cipher.aead().seal(fresh, new byte[Aead.NONCE], new byte[4], record, 0, 0));
    record.release();
  }
}
