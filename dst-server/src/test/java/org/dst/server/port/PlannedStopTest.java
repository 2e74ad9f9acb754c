package org.dst.server.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.message.Attached;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server that is told to stop notes for the next one. */
@ExtendWith(Watch.class)
@Timeout(60)
class PlannedStopTest {
  private GatedStore gated;
  private PortSetup setup;

  @BeforeEach
  void start() throws IOException {
    gated = new GatedStore();
    start(Duration.ofSeconds(20));
  }

  private void start(Duration drainTimeout) throws IOException {
    setup =
        new PortSetup(PortSetup.options(20, Duration.ofSeconds(20), drainTimeout), gated.asStore());
  }

  private Attached attach(RawClient client) throws IOException {
    client.frame(
        Opcode.ATTACH,
        0,
        RawClient.attach(UUID.randomUUID(), 1, "disk", Access.READ_WRITE)::encode);
    return Attached.decode(client.receive(Opcode.ATTACHED).body());
  }

  @Test
  void shouldNoteTheLifetimeThatAClientKnows() throws IOException {
    try (RawClient client = RawClient.opened(setup.address)) {
      Attached answer = attach(client);
      assertNull(answer.cleanPredecessor());
      setup.close();
      assertEquals(answer.verifier(), setup.records.record().endedClean());
    }
  }

  @Test
  void shouldLeaveTheOlderNoteIfNobodyKnowsTheLifetime() {
    setup.close();
    assertNull(setup.records.record().endedClean());
  }

  @Test
  void shouldNoteNothingIfARequestHasNotEndedInTime() throws Exception {
    setup.close();
    start(Duration.ofMillis(100));
    try (RawClient client = RawClient.opened(setup.address)) {
      attach(client);
      client.send(RawClient.request(Opcode.WRITE, 1, 0, 4096, new byte[4096]));
      gated.awaitWrite();
      Thread closing = Thread.ofPlatform().start(setup::close);
      client.receive(Opcode.NOTICE);
      client.expectEnd(); // the drain timeout is over
      gated.mayWrite.release();
      closing.join();
      assertNull(setup.records.record().endedClean());
    }
  }
}
