package org.dst.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.SharedKey;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.noise.ServerHandshake;
import org.dst.crypto.record.AeadRecordOpener;
import org.dst.crypto.record.AeadRecordSealer;
import org.dst.crypto.record.RecordCrypto;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What may come instead of a server's proof, and what the client says then. */
@ExtendWith(Watch.class)
@Timeout(30)
class HandshakeTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final List<String> CIPHERS = List.of("aes-256-gcm");

  private static EventLoopGroup loops;

  private final Secret key = Secret.random();
  private final KeyPair own = KeyPair.generate();
  private final KeyPair server = KeyPair.generate();
  private final ClientSecurity psk = new ClientSecurity.Psk(key, CIPHERS);
  private final ClientSecurity keys = new ClientSecurity.Keys(own, server.publicKey(), CIPHERS);
  private final CompletableFuture<HandshakeResult> served = new CompletableFuture<>();

  @BeforeAll
  static void start() {
    loops = NettyTransport.best().newLoops(1, "handshake-test");
  }

  @AfterAll
  static void stop() {
    CRYPTO.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final String TEXT = "a frame";
  private static final RecordCrypto CRYPTO = new RecordCrypto(0, null);

  private final List<String> opened = new ArrayList<>();

  private static final class Dialed implements Dialer.Outcome {
    private final CompletableFuture<LinkParameters> parameters = new CompletableFuture<>();
    private final CompletableFuture<LinkFailure> failure = new CompletableFuture<>();

    @Override
    public void opened(Channel channel, LinkParameters agreed) {
      parameters.complete(agreed);
      failure.completeExceptionally(new AssertionError("the link was opened"));
      channel.close();
    }

    @Override
    public void failed(LinkFailure why) {
      failure.complete(why);
      parameters.completeExceptionally(new AssertionError(why.text()));
    }

    LinkParameters parameters() {
      return parameters.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private static Dialed dial(ServerAddress address, ClientSecurity security, Duration timeout) {
    Dialed dialed = new Dialed();
    new Dialer(NettyTransport.best(), List.of("crc32c"), timeout, security, CRYPTO)
        .dial(address, loops.next(), dialed);
    return dialed;
  }

  private LinkFailure failure(ClientSecurity security, HandshakeServer.Answer answer)
      throws IOException {
    return failure(security, LONG, answer);
  }

  private static LinkFailure failure(
      ClientSecurity security, Duration timeout, HandshakeServer.Answer answer) throws IOException {
    try (HandshakeServer peer = new HandshakeServer(security.mode(), "aes-256-gcm", answer)) {
      Dialed dialed = dial(peer.address(), security, timeout);
      return dialed.failure.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private byte[] answered(ServerHandshake handshake) {
    served.complete(handshake.result());
    return HandshakeServer.noise(handshake.answer());
  }

  private void opens(ClientSecurity security, HandshakeServer.Answer answer) throws IOException {
    try (HandshakeServer peer = new HandshakeServer(security.mode(), "aes-256-gcm", answer)) {
      LinkParameters parameters = dial(peer.address(), security, LONG).parameters();
      assertEquals("crc32c", parameters.checksum().name());
      AeadCipher cipher = CRYPTO.cipher("aes-256-gcm");
      byte[] up = served.join().clientToServer().bytes();
      byte[] down = served.join().serverToClient().bytes();
      AeadRecordOpener opener = new AeadRecordOpener(up, cipher, CRYPTO.pool(), Runnable::run);
      opener.start(this::keep, () -> {}, () -> opened.add("forged"));
      opener.open(record(parameters.security().sealer()::sealNow));
      AeadRecordSealer sealer = new AeadRecordSealer(down, cipher, CRYPTO.pool(), Runnable::run);
      parameters.security().opener().start(this::keep, () -> {}, () -> opened.add("forged"));
      parameters.security().opener().open(record(sealer::sealNow));
      assertEquals(List.of(TEXT, TEXT), opened);
    }
  }

  private void keep(ByteBuf frame) {
    opened.add(frame.toString(StandardCharsets.US_ASCII));
    frame.release();
  }

  private interface Sealing {
    void seal(ByteBuf buffer, int index, int length);
  }

  /** The sealed text, without the length before it. */
  private static ByteBuf record(Sealing sealing) {
    ByteBuf buffer = Unpooled.directBuffer();
    buffer.writeInt(0).writeCharSequence(TEXT, StandardCharsets.US_ASCII);
    buffer.writeZero(16);
    sealing.seal(buffer, 0, TEXT.length());
    return buffer.skipBytes(4);
  }

  @Test
  void shouldShareSecretsWithAServerThatHasTheKey() throws IOException {
    List<SharedKey> shared = List.of(new SharedKey("k", key));
    opens(psk, (prologue, first) -> answered(ServerHandshake.psk(shared, prologue, first)));
  }

  @Test
  void shouldShareSecretsWithTheServerOfThatPublicKey() throws IOException {
    AllowedClients allowed = AllowedClients.of(Map.of(own.publicKey(), "node7"));
    opens(
        keys,
        (prologue, first) -> answered(ServerHandshake.keys(server, allowed, prologue, first)));
  }

  @Test
  void shouldSayWhatToCheckWhenItIsRefused() throws IOException {
    byte[] refusal =
        HandshakeServer.bytes(
            new HandshakeMessage.Refusal(RefusalCode.NOT_ALLOWED, "the key does not match")
                ::encode);
    LinkFailure shared = failure(psk, (prologue, first) -> refusal);
    assertEquals(LinkFailure.Kind.REFUSED, shared.kind());
    assertEquals(RefusalCode.NOT_ALLOWED, shared.refusal());
    assertTrue(shared.permanent());
    assertEnds(
        ", or someone in between, refused the link: the key does not match; check that both sides"
            + " have the same shared key",
        shared);
    assertEnds(
        "the key does not match; check that the server's public key is %s and that it allows the"
                .formatted(server.publicKey().fingerprint())
            + " client's, "
            + own.publicKey().fingerprint(),
        failure(keys, (prologue, first) -> refusal));
  }

  private static void assertEnds(String end, LinkFailure failure) {
    assertTrue(failure.text().endsWith(end), failure.text());
  }

  private static void assertUnproven(LinkFailure failure) {
    assertEquals(LinkFailure.Kind.UNPROVEN, failure.kind(), failure.text());
    assertFalse(failure.permanent(), "who alters bytes on the way must not end an attachment");
    assertTrue(failure.text().contains("did not prove to be the server"), failure.text());
  }

  @Test
  void shouldNotBelieveAServerWithoutTheKey() throws IOException {
    for (ClientSecurity security : List.of(psk, keys)) {
      assertUnproven(failure(security, (prologue, first) -> HandshakeServer.noise(new byte[48])));
      assertUnproven(
          failure(
              security,
              (prologue, first) -> HandshakeServer.noise(KeyPair.generate().publicKey().bytes())));
    }
  }

  @Test
  void shouldNotTakeItsOwnMessageForAnAnswer() throws IOException {
    assertUnproven(failure(psk, (prologue, first) -> HandshakeServer.noise(first)));
    assertUnproven(failure(keys, (prologue, first) -> HandshakeServer.noise(first)));
  }

  @Test
  void shouldNotTakeNonsenseForAnAnswer() throws IOException {
    assertUnproven(failure(psk, (prologue, first) -> "HTTP/1.1 400".getBytes()));
    assertUnproven(failure(psk, (prologue, first) -> new byte[] {0, 0, 0, 0}));
    assertUnproven(failure(psk, (prologue, first) -> new byte[] {0, 0, 0x10, 1}));
    assertUnproven(failure(psk, (prologue, first) -> new byte[] {1, 0, 0, 1, 7}));
  }

  @Test
  void shouldNotWaitForEver() throws IOException {
    LinkFailure silent = failure(psk, Duration.ofMillis(300), (prologue, first) -> new byte[] {0});
    assertEquals(LinkFailure.Kind.UNREACHABLE, silent.kind());
    assertEnds("did not answer the handshake within 0 s", silent);
    LinkFailure gone = failure(psk, (prologue, first) -> null);
    assertEquals(LinkFailure.Kind.UNREACHABLE, gone.kind());
    assertEnds("closed the connection in the handshake", gone);
  }

  @Test
  void shouldRefuseAPublicKeyThatNoServerHas() throws IOException {
    ClientSecurity zero = new ClientSecurity.Keys(own, new PublicKey(new byte[32]), CIPHERS);
    assertUnproven(failure(zero, (prologue, first) -> null));
  }

  @Test
  void shouldRefuseACipherThatItDidNotOffer() throws IOException {
    for (String odd : new String[] {"rot13", ""}) {
      try (HandshakeServer peer =
          new HandshakeServer(SecurityMode.PSK, odd, (prologue, first) -> null)) {
        LinkFailure failure =
            dial(peer.address(), psk, LONG).failure.orTimeout(20, TimeUnit.SECONDS).join();
        assertEquals(LinkFailure.Kind.NOT_DST, failure.kind());
        assertTrue(failure.text().contains("cipher '" + odd + "'"), failure.text());
      }
    }
  }

  @Test
  void shouldNotTalkPlainToAnotherMachineUnlessItWasTold() throws Exception {
    ClientSecurity local = new ClientSecurity.Plain(false);
    InetAddress elsewhere = InetAddress.ofLiteral("192.0.2.1");
    assertFalse(local.permits(elsewhere));
    assertTrue(local.permits(InetAddress.getLoopbackAddress()));
    assertTrue(new ClientSecurity.Plain(true).permits(elsewhere));
    assertTrue(psk.permits(elsewhere));
    LinkFailure refused =
        dial(new ServerAddress("192.0.2.1", 7777), local, LONG)
            .failure
            .orTimeout(20, TimeUnit.SECONDS)
            .join();
    assertTrue(refused.permanent());
    assertEquals(
        "a plain link to 192.0.2.1:7777 would be neither encrypted nor authenticated; use a key"
            + " (--key-file), or allow it (--insecure-plain)",
        refused.text());
  }

  @Test
  void shouldRefuseToOfferNoCipher() {
    assertThrows(IllegalArgumentException.class, () -> new ClientSecurity.Psk(key, List.of()));
  }
}
