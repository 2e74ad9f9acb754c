package org.dst.server.session;

import static org.dst.server.session.RegistrySetup.reader;
import static org.dst.server.session.RegistrySetup.sharer;
import static org.dst.server.session.RegistrySetup.writer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dst.protocol.message.RefusalCode;
import org.dst.server.lane.ServerCounter;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shared use and a single writer exclude each other. */
@Timeout(20)
class SessionRegistrySharingTest {
  private RegistrySetup setup;

  @BeforeEach
  void open() throws StoreException {
    setup = new RegistrySetup();
  }

  @AfterEach
  void close() {
    setup.close();
  }

  @Test
  void shouldRefuseToShareWhatAWriterHoldsAlsoWhileItIsAway() {
    TestLink writing = setup.link(writer(1));
    TestLink sharing = setup.link(sharer(2));
    assertEquals(RefusalCode.BUSY, sharing.refusal);
    assertTrue(sharing.text.contains("'client-1'"), sharing.text);
    writing.end(setup.registry);
    assertEquals(RefusalCode.BUSY, setup.link(sharer(2)).refusal);
    setup.restart();
    assertEquals(RefusalCode.BUSY, setup.link(sharer(2)).refusal);
    assertEquals(3, setup.counters.get(ServerCounter.LEASE_REFUSALS));
  }

  @Test
  void shouldRefuseAWriterWhileOthersShareEvenIfItWouldTakeOver() {
    TestLink sharing = setup.link(sharer(1));
    assertEquals(RefusalCode.BUSY, setup.link(writer(2)).refusal);
    assertEquals(RefusalCode.BUSY, setup.link(writer(2).takingOver()).refusal);
    assertNotNull(setup.link(reader(3)).granted);
    assertTrue(sharing.leave(setup.registry));
    assertNotNull(setup.link(writer(2)).granted);
  }

  @Test
  void shouldNotLetASharerBackInBesideAWriterThatCameMeanwhile() {
    setup.link(sharer(1)).end(setup.registry);
    TestLink writing = setup.link(writer(2));
    assertNotNull(writing.granted);
    assertEquals(RefusalCode.BUSY, setup.link(sharer(1).generation(2)).refusal);
    writing.leave(setup.registry);
    assertNotNull(setup.link(sharer(1).generation(3)).granted);
  }
}
