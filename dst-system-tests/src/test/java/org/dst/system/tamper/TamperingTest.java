package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.dst.client.lane.ClientCounter;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.ServerCounter;
import org.dst.server.port.PortCounter;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever a man in the middle does to the bytes and records of a secured link, none of it is
 * accepted: the link ends, a new one takes over, and no data is lost or wrong.
 */
@ExtendWith(Watch.class)
@Timeout(150)
class TamperingTest {
  /** Among so many of the first transactions of a link something happens. */
  private static final int SPREAD = 40;

  @TempDir Path directory;

  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();

  private static List<ByteTamper> ofBytes(Random random) {
    List<ByteTamper> plan = new ArrayList<>();
    for (Damage damage : Damage.values()) {
      for (Direction direction : Direction.values()) {
        for (int unit = Tamper.OPENING; unit <= Tamper.TRANSACTIONS; unit++) {
          int later = unit < Tamper.TRANSACTIONS ? 0 : random.nextInt(SPREAD);
          plan.add(new ByteTamper(damage, direction, unit + later, random.nextLong()));
        }
      }
    }
    Collections.shuffle(plan, random);
    return plan;
  }

  private static List<RecordTamper> ofRecords(Random random, Recorder former) {
    List<RecordTamper> plan = new ArrayList<>();
    for (RecordTamper.Kind kind : RecordTamper.Kind.values()) {
      for (Direction direction : Direction.values()) {
        plan.add(new RecordTamper(kind, direction, Tamper.ATTACH, former.units(direction)));
        int later = Tamper.TRANSACTIONS + random.nextInt(SPREAD);
        plan.add(new RecordTamper(kind, direction, later, former.units(direction)));
      }
    }
    Collections.shuffle(plan, random);
    return plan;
  }

  /** The end of an attached link is a reconnect; one that is altered before is no link at all. */
  private static void assertNothingOfItWasAccepted(
      SecuredServer server, SecuredClient client, TamperingProxy proxy, List<ByteTamper> plan) {
    long never =
        plan.stream()
            .filter(one -> one.unit() <= Tamper.HANDSHAKE)
            .filter(one -> one.unit() == Tamper.OPENING || one.direction() == Direction.TO_SERVER)
            .count();
    long handshakes = plan.stream().filter(one -> one.unit() <= Tamper.HANDSHAKE).count();
    long attached = plan.stream().filter(one -> one.unit() >= Tamper.TRANSACTIONS).count();
    int connections = proxy.connections();
    long reconnects = client.count(ClientCounter.RECONNECTS);
    assertTrue(reconnects >= attached, reconnects + " reconnects, " + attached + " were attached");
    assertTrue(reconnects < connections - handshakes, reconnects + " of " + connections);
    long attaches = server.count(ServerCounter.ATTACHES);
    assertTrue(attaches <= connections - never, attaches + " of " + connections);
    assertTrue(server.count(PortCounter.HANDSHAKES_FAILED) > 0, "failed handshakes");
    assertIntact(server, client);
  }

  /** What was altered never came so far that its checksum was looked at. */
  private static void assertIntact(SecuredServer server, SecuredClient client) {
    assertEquals(0, server.count(ServerCounter.CHECKSUM_FAILURES), "seen by the server");
    assertEquals(0, client.count(ClientCounter.CHECKSUM_FAILURES), "seen by the client");
    assertEquals(0, client.count(ClientCounter.FAILED_TRANSACTIONS), "failed transactions");
  }

  private void tamperWithBytes(SecurityMode mode, long seed) throws Exception {
    List<ByteTamper> plan = ofBytes(new Random(seed));
    try (SecuredServer server = SecuredServer.inMemory(Pace.HASTY, keys);
        TamperingProxy proxy = new TamperingProxy(server.address);
        SecuredClient client =
            new SecuredClient(
                Pace.HASTY, proxy.address(), keys.ofClient(mode), directory.resolve("disk"));
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), seed)) {
      writer.awaitProgress(100);
      proxy.plan(plan);
      proxy.reset();
      proxy.awaitSpent();
      writer.awaitProgress(100);
      writer.finish();
      writer.flushAndVerify();
      assertNothingOfItWasAccepted(server, client, proxy, plan);
    }
  }

  @Test
  void shouldBearEveryKindOfDamageInEveryPhaseAndDirection() throws Exception {
    tamperWithBytes(SecurityMode.PSK, 1);
  }

  @Full
  @ParameterizedTest
  @CsvSource({"KEYS, 2", "PSK, 3", "KEYS, 4"})
  void shouldBearMoreOfIt(SecurityMode mode, long seed) throws Exception {
    tamperWithBytes(mode, seed);
  }

  @Test
  void shouldTakeNoRecordTwiceOrOutOfOrderOrFromElsewhere() throws Exception {
    tamperWithRecords(SecurityMode.KEYS);
  }

  @Full
  @Test
  void shouldNotTakeThemWithASharedKeyEither() throws Exception {
    tamperWithRecords(SecurityMode.PSK);
  }

  private void tamperWithRecords(SecurityMode mode) throws Exception {
    Recorder former = new Recorder();
    try (SecuredServer server = SecuredServer.inMemory(Pace.HASTY, keys);
        TamperingProxy proxy = new TamperingProxy(server.address, former);
        SecuredClient client =
            new SecuredClient(
                Pace.HASTY, proxy.address(), keys.ofClient(mode), directory.resolve("disk"));
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 5)) {
      writer.awaitProgress(2 * SPREAD);
      List<RecordTamper> plan = ofRecords(new Random(mode.ordinal()), former);
      proxy.plan(plan);
      proxy.reset();
      proxy.awaitSpent();
      writer.awaitProgress(100);
      writer.finish();
      writer.flushAndVerify();
      long attached = plan.stream().filter(one -> one.unit() >= Tamper.TRANSACTIONS).count();
      assertTrue(client.count(ClientCounter.RECONNECTS) >= attached, "each ended its link");
      assertIntact(server, client);
    }
  }
}
