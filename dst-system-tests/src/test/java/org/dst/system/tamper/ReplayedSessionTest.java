package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.dst.client.lane.ClientCounter;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.ServerCounter;
import org.dst.server.port.PortCounter;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A recorded secured session means nothing when it is replayed. */
@ExtendWith(Watch.class)
@Timeout(60)
class ReplayedSessionTest {
  private static final int REPLAYS = 10;
  private static final int WRITES = 300;

  @TempDir Path directory;

  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();

  /** Says again what a server said on another link, one unit for each that the client sends. */
  private static final class FormerServer implements Tamper {
    private final List<byte[]> former;

    FormerServer(List<byte[]> former) {
      this.former = former;
    }

    @Override
    public void take(Unit unit, Wire wire) throws IOException {
      if (unit.direction() == Direction.TO_CLIENT) {
        return;
      }
      for (byte[] said : unit.index() < HANDSHAKE ? former.subList(0, 1) : later()) {
        wire.back(said);
      }
    }

    private List<byte[]> later() {
      return former.subList(1, former.size());
    }
  }

  /** Sends everything and reads to the end; how many bytes came. */
  private static int say(SecuredServer server, List<byte[]> units) throws IOException {
    try (Socket socket = new Socket(server.address.getAddress(), server.address.getPort())) {
      socket.setSoTimeout(20_000);
      for (byte[] unit : units) {
        socket.getOutputStream().write(unit);
      }
      return socket.getInputStream().readAllBytes().length;
    } catch (SocketException closed) {
      return 0; // before everything was sent
    }
  }

  @Test
  void shouldExecuteNothingOfARecordedSession() throws Exception {
    replayClient(SecurityMode.PSK);
  }

  @Full
  @Test
  void shouldExecuteNothingOfOneWithKeyPairsEither() throws Exception {
    replayClient(SecurityMode.KEYS);
  }

  private void replayClient(SecurityMode mode) throws Exception {
    Path image = Images.sparse(directory.resolve("image"), BlockModel.BLOCK * 1024L);
    Recorder recorder = new Recorder();
    try (SecuredServer server = SecuredServer.of(Pace.PATIENT, keys, image, directory, 0);
        TamperingProxy proxy = new TamperingProxy(server.address, recorder);
        SecuredClient client =
            new SecuredClient(
                Pace.PATIENT, proxy.address(), keys.ofClient(mode), directory.resolve("disk"));
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 1)) {
      writer.awaitProgress(WRITES);
      List<byte[]> said = recorder.units(Direction.TO_SERVER);
      assertTrue(said.size() > WRITES, said.size() + " records");
      proxy.reset(); // the next link is the writer's other contents
      writer.awaitProgress(WRITES);
      writer.finish();
      writer.flushAndVerify();
      long attaches = server.count(ServerCounter.ATTACHES);
      byte[] before = Files.readAllBytes(image);
      for (int i = 0; i < REPLAYS; i++) {
        say(server, said);
        say(server, said.subList(0, Tamper.TRANSACTIONS));
      }
      assertEquals(2 * REPLAYS, server.count(PortCounter.HANDSHAKES_FAILED), "failed handshakes");
      assertEquals(2, server.count(PortCounter.HANDSHAKES), "handshakes of the client itself");
      assertEquals(attaches, server.count(ServerCounter.ATTACHES), "attaches");
      assertTrue(Arrays.equals(before, Files.readAllBytes(image)), "the store");
      writer.flushAndVerify();
    }
  }

  @Test
  void shouldBelieveNothingOfARecordedServer() throws Exception {
    replayServer(SecurityMode.KEYS);
  }

  @Full
  @Test
  void shouldBelieveNothingOfOneWithASharedKeyEither() throws Exception {
    replayServer(SecurityMode.PSK);
  }

  private void replayServer(SecurityMode mode) throws Exception {
    Recorder recorder = new Recorder();
    try (SecuredServer server = SecuredServer.inMemory(Pace.PATIENT, keys);
        TamperingProxy proxy = new TamperingProxy(server.address, recorder);
        SecuredClient client =
            new SecuredClient(
                Pace.PATIENT, proxy.address(), keys.ofClient(mode), directory.resolve("disk"));
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 2)) {
      writer.awaitProgress(WRITES);
      List<byte[]> said = recorder.units(Direction.TO_CLIENT);
      List<Tamper> plan = new ArrayList<>(Collections.nCopies(REPLAYS, new FormerServer(said)));
      proxy.plan(plan);
      proxy.reset();
      proxy.awaitSpent();
      writer.awaitProgress(WRITES);
      writer.finish();
      writer.flushAndVerify();
      assertEquals(REPLAYS + 2, proxy.connections());
      assertEquals(1, client.count(ClientCounter.RECONNECTS), "not to the recorded server");
      assertEquals(2, server.count(ServerCounter.ATTACHES), "attaches");
    }
  }
}
