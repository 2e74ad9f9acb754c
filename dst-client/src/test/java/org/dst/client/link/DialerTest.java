package org.dst.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may answer at an address, and how it is told apart. */
@Timeout(30)
class DialerTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private static EventLoopGroup loops;

  @BeforeAll
  static void start() {
    loops = NettyTransport.best().newLoops(1, "dialer-test");
  }

  @AfterAll
  static void stop() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void shouldOpenALinkToAServer() throws Exception {
    try (ScriptedServer server = new ScriptedServer()) {
      Dialed dialed = dial(server.address(), LONG);
      assertEquals("crc32c", dialed.checksum.get(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldPassOnARefusal() {
    try (ScriptedServer server = new ScriptedServer()) {
      server.answerOpeningsWith(
          ServerOpening.refuse(RefusalCode.SECURITY_MODE, SecurityMode.PSK, "server requires psk"));
      LinkFailure failure = dial(server.address(), LONG).failure();
      assertEquals(LinkFailure.Kind.REFUSED, failure.kind());
      assertEquals(RefusalCode.SECURITY_MODE, failure.refusal());
      assertTrue(failure.permanent());
      assertSays(failure, "server requires psk");
    }
  }

  @Test
  void shouldRefuseWhatItDidNotOffer() {
    for (ServerOpening odd :
        List.of(
            ScriptedServer.opening(1, SecurityMode.PLAIN, "md5"),
            ScriptedServer.opening(2, SecurityMode.PLAIN, "crc32c"),
            ScriptedServer.opening(1, SecurityMode.PSK, "crc32c"))) {
      try (ScriptedServer server = new ScriptedServer()) {
        server.answerOpeningsWith(odd);
        LinkFailure failure = dial(server.address(), LONG).failure();
        assertEquals(LinkFailure.Kind.NOT_DST, failure.kind());
        assertSays(failure, "offered");
      }
    }
  }

  @Test
  void shouldTellAnHttpServer() throws IOException {
    assertNotDst("HTTP/1.1 400 Bad Request\r\n\r\n", "an HTTP server");
  }

  @Test
  void shouldTellAnNbdServer() throws IOException {
    assertNotDst("NBDMAGICIHAVEOPT\0\3", "an NBD server");
  }

  @Test
  void shouldTellAnSshServer() throws IOException {
    assertNotDst("SSH-2.0-OpenSSH_9.2\r\n", "an SSH server");
  }

  @Test
  void shouldTellAnythingElse() throws IOException {
    assertNotDst("220 mail.example.org ESMTP\r\n", "something other");
  }

  @Test
  void shouldRefuseAnOpeningThatIsTooLongOrEmpty() throws IOException {
    String magic = "DST\u00c4\r\n\u001a\n";
    assertNotDst(magic + "\u00ff\u00ff", "expected: <=");
    assertNotDst(magic + "\0\0", "empty");
    assertNotDst(magic + "\0\3abc", "opening");
  }

  @Test
  void shouldTellAServerThatHangsUp() throws IOException {
    try (Answering server = new Answering("")) {
      LinkFailure failure = dial(server.address(), LONG).failure();
      assertEquals(LinkFailure.Kind.NOT_DST, failure.kind());
      assertSays(failure, "closed the connection");
    }
    try (Answering server = new Answering("DS")) {
      assertEquals(LinkFailure.Kind.NOT_DST, dial(server.address(), LONG).failure().kind());
    }
  }

  @Test
  void shouldGiveUpOnAServerThatSaysNothing() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      ServerAddress address = new ServerAddress("127.0.0.1", silent.getLocalPort());
      LinkFailure failure = dial(address, SHORT).failure();
      assertEquals(LinkFailure.Kind.UNREACHABLE, failure.kind());
      assertSays(failure, "did not answer");
    }
  }

  @Test
  void shouldSayThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    LinkFailure failure = dial(new ServerAddress("127.0.0.1", port), LONG).failure();
    assertEquals(LinkFailure.Kind.UNREACHABLE, failure.kind());
    assertSays(failure, "is dstd running");
  }

  @Test
  void shouldGiveUpAConnectionThatIsNotTakenInTime() throws IOException {
    List<Socket> fillers = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Where nobody accepts and the queue is full, the kernel drops what else comes.
      for (boolean taken = true; taken && fillers.size() < 20; ) {
        Socket filler = new Socket();
        fillers.add(filler);
        taken = isTaken(filler, full);
      }
      Dialed dialed = new Dialed();
      new Dialer(NettyTransport.best(), List.of("crc32c"), Duration.ofMinutes(10))
          .dial(
              new ServerAddress("127.0.0.1", full.getLocalPort()),
              SHORT.toNanos(),
              loops.next(),
              dialed);
      assertSays(dialed.failure(), "no answer to the connection attempt");
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  private static boolean isTaken(Socket filler, ServerSocket server) throws IOException {
    try {
      filler.connect(server.getLocalSocketAddress(), (int) SHORT.toMillis());
      return true;
    } catch (SocketTimeoutException dropped) {
      return false;
    }
  }

  @Test
  void shouldSayThatAHostIsNotKnown() {
    LinkFailure failure = dial(new ServerAddress("no-such-host.invalid", 1), LONG).failure();
    assertEquals(LinkFailure.Kind.UNREACHABLE, failure.kind());
    assertSays(failure, "no-such-host.invalid:1: host name not known");
  }

  private static void assertNotDst(String answer, String text) throws IOException {
    try (Answering server = new Answering(answer)) {
      LinkFailure failure = dial(server.address(), LONG).failure();
      assertEquals(LinkFailure.Kind.NOT_DST, failure.kind(), failure::text);
      assertSays(failure, text);
      assertSays(failure, server.address().toString());
    }
  }

  private static void assertSays(LinkFailure failure, String text) {
    assertTrue(failure.text().contains(text), () -> "no '" + text + "' in: " + failure.text());
  }

  private static Dialed dial(ServerAddress address, Duration timeout) {
    Dialed dialed = new Dialed();
    new Dialer(NettyTransport.best(), List.of("crc32c", "none"), timeout)
        .dial(address, loops.next(), dialed);
    return dialed;
  }

  private static final class Dialed implements Dialer.Outcome {
    private final CompletableFuture<String> checksum = new CompletableFuture<>();
    private final CompletableFuture<LinkFailure> failure = new CompletableFuture<>();

    @Override
    public void opened(Channel channel, LinkParameters parameters) {
      checksum.complete(parameters.checksum().name());
      channel.close();
    }

    @Override
    public void failed(LinkFailure why) {
      failure.complete(why);
    }

    LinkFailure failure() {
      return failure.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  /** Says something to whoever connects, waits until it was heard, and hangs up. */
  private static final class Answering implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    Answering(String answer) throws IOException {
      Thread.ofPlatform().daemon().start(() -> serve(answer));
    }

    private void serve(String answer) {
      try (Socket client = listener.accept()) {
        client.getInputStream().read(new byte[4096]);
        OutputStream out = client.getOutputStream();
        out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        client.shutdownOutput();
        client.getInputStream().readAllBytes();
      } catch (IOException closed) {
        // the test is over
      }
    }

    ServerAddress address() {
      return new ServerAddress("127.0.0.1", listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
