package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.dst.client.lane.ClientCounter;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.ServerCounter;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.RawDst;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A man in the middle can neither downgrade what client and server negotiate, nor impersonate one
 * of them.
 */
@ExtendWith(Watch.class)
@Timeout(60)
class DowngradeTest {
  private static final String WEAKER = SecuredServer.CIPHERS.get(1);

  @TempDir Path directory;

  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();

  /** Has each side's first units say something else. */
  private record Rewriting(
      UnaryOperator<byte[]> clientOpening,
      UnaryOperator<byte[]> serverOpening,
      UnaryOperator<byte[]> serverHandshake)
      implements Tamper {

    @Override
    public void take(Unit unit, Wire wire) throws IOException {
      boolean client = unit.direction() == Direction.TO_SERVER;
      wire.forward(
          switch (unit.index()) {
            case OPENING -> (client ? clientOpening : serverOpening).apply(unit.bytes());
            case HANDSHAKE -> client ? unit.bytes() : serverHandshake.apply(unit.bytes());
            default -> unit.bytes();
          });
    }
  }

  /** Sends back what one side says, from some unit on, as if it were the other side's. */
  private record Mirror(Direction direction, int from) implements Tamper {
    @Override
    public void take(Unit unit, Wire wire) throws IOException {
      if (unit.direction() != direction) {
        if (unit.index() < from) {
          wire.forward(unit.bytes());
        }
      } else if (unit.index() >= from) {
        wire.back(unit.bytes());
      } else {
        wire.forward(unit.bytes());
      }
    }
  }

  private static byte[] client(SecurityMode mode, List<String> ciphers) {
    return RawDst.encoded(
        new ClientOpening(
                OpeningHeader.VERSION,
                OpeningHeader.VERSION,
                mode,
                ciphers,
                SecuredServer.CHECKSUMS,
                Extensions.NONE)
            ::encode);
  }

  private static byte[] server(byte[] genuine, SecurityMode mode, String cipher) {
    try {
      ServerOpening said =
          ServerOpening.decode(Unpooled.wrappedBuffer(genuine).skipBytes(OpeningHeader.LENGTH));
      return RawDst.encoded(
          new ServerOpening(
                  RefusalCode.NONE,
                  OpeningHeader.VERSION,
                  mode,
                  cipher,
                  SecuredServer.CHECKSUMS.getFirst(),
                  "",
                  said.extensions())
              ::encode);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] refused(RefusalCode code, SecurityMode instead) {
    return RawDst.encoded(ServerOpening.refuse(code, instead, "use something weaker")::encode);
  }

  /** What may be said instead; the bytes that stay as they are fit none of the others. */
  private static List<Tamper> attempts(SecurityMode mode) {
    SecurityMode other = mode == SecurityMode.PSK ? SecurityMode.KEYS : SecurityMode.PSK;
    UnaryOperator<byte[]> same = UnaryOperator.identity();
    List<Tamper> all = new ArrayList<>();
    // The client asks for less: no protection, another mode, the other cipher.
    all.add(new Rewriting(was -> client(SecurityMode.PLAIN, List.of()), same, same));
    all.add(new Rewriting(was -> client(other, SecuredServer.CIPHERS), same, same));
    all.add(new Rewriting(was -> client(mode, List.of(WEAKER)), same, same));
    // The server answers with less, whether or not it was asked for it.
    all.add(new Rewriting(same, was -> server(was, SecurityMode.PLAIN, ""), same));
    all.add(new Rewriting(same, was -> server(was, other, WEAKER), same));
    all.add(new Rewriting(same, was -> server(was, mode, WEAKER), same));
    all.add(new Rewriting(same, was -> server(was, mode, "none"), same));
    // Each is told that the other one has agreed to what itself wanted.
    all.add(
        new Rewriting(
            was -> client(mode, List.of(WEAKER)),
            was -> server(was, mode, SecuredServer.CIPHERS.getFirst()),
            same));
    // The client is told that it will not be served as it is.
    for (RefusalCode code : RefusalCode.values()) {
      if (code != RefusalCode.NONE) {
        all.add(new Rewriting(same, was -> refused(code, SecurityMode.PLAIN), same));
        byte[] refusal =
            RawDst.encoded(new HandshakeMessage.Refusal(code, "no secrets today")::encode);
        all.add(new Rewriting(same, same, was -> refusal));
      }
    }
    return all;
  }

  private static List<Tamper> reflections() {
    List<Tamper> all = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      for (int unit = Tamper.OPENING; unit <= Tamper.TRANSACTIONS + 1; unit++) {
        all.add(new Mirror(direction, unit));
      }
    }
    return all;
  }

  @Test
  void shouldNotBeTalkedIntoLess() throws Exception {
    talkDown(SecurityMode.PSK);
  }

  @Full
  @Test
  void shouldNotBeTalkedIntoLessWithKeyPairsEither() throws Exception {
    talkDown(SecurityMode.KEYS);
  }

  private void talkDown(SecurityMode mode) throws Exception {
    assertUseless(mode, attempts(mode), attempts(mode).size());
  }

  @Full
  @Test
  void shouldNotTalkToThemselves() throws Exception {
    reflect(SecurityMode.KEYS);
  }

  @Full
  @Test
  void shouldNotTalkToThemselvesWithASharedKeyEither() throws Exception {
    reflect(SecurityMode.PSK);
  }

  private void reflect(SecurityMode mode) throws Exception {
    int neverAttached = 2 * Tamper.ATTACH; // each direction's opening and handshake
    assertUseless(mode, reflections(), neverAttached);
  }

  /**
   * Has a writer meet them.
   *
   * @param neverAttached on how many of their links the client is never attached
   */
  private void assertUseless(SecurityMode mode, List<Tamper> attempts, int neverAttached)
      throws Exception {
    Recorder first = new Recorder();
    try (SecuredServer server = SecuredServer.inMemory(Pace.HASTY, keys);
        TamperingProxy proxy = new TamperingProxy(server.address, first);
        SecuredClient client =
            new SecuredClient(
                Pace.HASTY, proxy.address(), keys.ofClient(mode), directory.resolve("disk"));
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 3)) {
      writer.awaitProgress(100);
      assertArrayEquals(
          client(mode, SecuredServer.CIPHERS),
          first.units(Direction.TO_SERVER).getFirst(),
          "what is rewritten is what a client says");
      proxy.plan(attempts);
      proxy.reset();
      proxy.awaitSpent();
      writer.awaitProgress(100);
      writer.finish();
      writer.flushAndVerify();
      int connections = proxy.connections();
      assertTrue(connections >= attempts.size() + 2, connections + " connections");
      long reconnects = client.count(ClientCounter.RECONNECTS);
      assertTrue(reconnects <= connections - neverAttached - 1, reconnects + " of " + connections);
      assertEquals(0, server.count(ServerCounter.CHECKSUM_FAILURES), "seen by the server");
      assertEquals(0, client.count(ClientCounter.CHECKSUM_FAILURES), "seen by the client");
    }
  }
}
