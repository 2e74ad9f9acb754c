package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.client.lane.ClientCounter;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.testing.Watch;
import org.dst.server.link.PortCounter;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Full;
import org.dst.system.harness.RawDst;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Strangers who start handshakes and never finish them do not slow down a working client. */
@ExtendWith(Watch.class)
@Timeout(90)
class StrangersTest {
  /** Every so many strangers the client must have got something done. */
  private static final int ROUND = 250;

  /** More than the server keeps of one address, 128. */
  private static final int OPEN_AT_ONCE = 300;

  private static final int ADDRESSES = 2;

  @TempDir Path directory;

  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();

  private static byte[] opening() {
    return RawDst.encoded(
        new ClientOpening(
                OpeningHeader.VERSION,
                OpeningHeader.VERSION,
                SecurityMode.PSK,
                SecuredServer.CIPHERS,
                SecuredServer.CHECKSUMS,
                Extensions.NONE)
            ::encode);
  }

  /** Opens a link, and goes no further than the first bytes of a handshake message. */
  private static Socket halfOpen(SecuredServer server, int from) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(20_000);
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + (2 + from)), 0));
    socket.connect(server.address);
    try {
      socket.getOutputStream().write(opening());
      socket.getOutputStream().write(new byte[] {0, 0, 0});
    } catch (SocketException refused) {
      // there were too many of them
    }
    return socket;
  }

  /** Ends a connection so that its port is free at once. */
  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Waits for the end of a connection, whatever comes before. */
  private static void awaitEnd(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // the server's opening
      }
    } catch (SocketException reset) {
      // which is an end, too
    }
  }

  private void workBeside(int strangers) throws Exception {
    try (SecuredServer server = SecuredServer.inMemory(Pace.PATIENT, keys);
        SecuredClient client =
            new SecuredClient(
                Pace.PATIENT,
                new ServerAddress("127.0.0.1", server.address.getPort()),
                keys.ofClient(SecurityMode.PSK),
                directory.resolve("disk"));
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 1)) {
      writer.awaitProgress(100);
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < strangers; i++) {
        open.add(halfOpen(server, i % ADDRESSES));
        if (open.size() > OPEN_AT_ONCE) {
          reset(open.removeFirst());
        }
        if (i % ROUND == 0) {
          writer.awaitProgress(20);
        }
      }
      writer.awaitProgress(100);
      for (Socket stranger : open) {
        awaitEnd(stranger); // nobody finishes, and the server does not wait for ever
        reset(stranger);
      }
      writer.awaitProgress(100);
      writer.finish();
      writer.flushAndVerify();
      assertEquals(0, client.count(ClientCounter.RECONNECTS), "the client's link is as it was");
      assertEquals(0, client.count(ClientCounter.RESENDS), "nothing waited for a resend");
      assertEquals(1, server.count(PortCounter.HANDSHAKES), "handshakes");
      assertTrue(server.count(PortCounter.UNPROVEN_LINKS_REFUSED) > 0, "too many at once");
    }
  }

  @Test
  void shouldNotHinderAClientThatWorks() throws Exception {
    workBeside(400);
  }

  @Full
  @Test
  void shouldNotHinderItTenThousandTimes() throws Exception {
    workBeside(10_000);
  }
}
