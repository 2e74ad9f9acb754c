package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Strangers cannot fill a disk with the server's log, whatever they say at its port. */
@ExtendWith(Watch.class)
@Timeout(60)
class PortLogTest {
  private static final int STRANGERS = 200;
  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger(PortLog.class.getPackageName());

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    LOG.addAppender(lines);
  }

  @AfterEach
  void stop() {
    LOG.detachAppender(lines);
  }

  @Test
  void shouldLogALineASecondForEachKindOfStranger() throws Exception {
    byte[] nonsense = UUID.randomUUID().toString().getBytes();
    long start = System.nanoTime();
    try (PortSetup setup = PortSetup.ordinary()) {
      for (int i = 0; i < STRANGERS; i++) {
        try (RawClient client = new RawClient(setup.address)) {
          client.send(nonsense);
          client.expectEnd();
        }
        try (RawClient client = new RawClient(setup.address)) {
          client.send(
              RawClient.opening(1, SecurityMode.PSK, List.of("crc32c"), Extensions.NONE)::encode);
          assertTrue(client.serverOpening().refusal() == RefusalCode.SECURITY_MODE, "refused");
        }
      }
    }
    long seconds = (System.nanoTime() - start) / 1_000_000_000 + 1;
    long logged = lines.list.size();
    assertTrue(logged >= 2 && logged <= 2 * seconds, logged + " lines in " + seconds + " s");
  }
}
