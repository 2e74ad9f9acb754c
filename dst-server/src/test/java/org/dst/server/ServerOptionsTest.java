package org.dst.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.dst.platform.loop.TransportChoice;
import org.dst.server.engine.EngineChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ServerOptionsTest {
  private static ServerOptions options(
      int loops, int threads, int links, int lanes, int payload, int window, long inFlight) {
    Duration second = Duration.ofSeconds(1);
    return new ServerOptions(
        loops,
        threads,
        EngineChoice.AUTO,
        TransportChoice.AUTO,
        links,
        lanes,
        payload,
        window,
        inFlight,
        second,
        second,
        second,
        second.plusSeconds(1));
  }

  private static void refuses(
      String message,
      int loops,
      int threads,
      int links,
      int lanes,
      int payload,
      int window,
      long inFlight) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> options(loops, threads, links, lanes, payload, window, inFlight));
    assertEquals(message, e.getMessage());
  }

  @Test
  void shouldAcceptTheLeastOfEverything() {
    assertEquals(1, options(1, 1, 1, 1, 65536, 1, 65536).window());
  }

  @Test
  void shouldRefuseWhatCannotWorkAndSayWhatCan() {
    refuses("event loops 0 (expected: 1 to 1024)", 0, 1, 1, 1, 65536, 1, 65536);
    refuses("I/O threads 0 (expected: 1 to 1024)", 1, 0, 1, 1, 65536, 1, 65536);
    refuses("links 0 (expected: >= 1)", 1, 1, 0, 1, 65536, 1, 65536);
    refuses("lanes 65536 (expected: 1 to 65535)", 1, 1, 1, 65536, 65536, 1, 65536);
    String payload = "largest payload %d (expected: 64k to 32M, a multiple of 64k)";
    refuses(payload.formatted(4096), 1, 1, 1, 1, 4096, 1, 65536);
    refuses(payload.formatted(65537), 1, 1, 1, 1, 65537, 1, 1 << 20);
    refuses(payload.formatted(64 << 20), 1, 1, 1, 1, 64 << 20, 1, 64 << 20);
    String window = "window %d (expected: a power of two)";
    refuses(window.formatted(0), 1, 1, 1, 1, 65536, 0, 65536);
    refuses(window.formatted(3), 1, 1, 1, 1, 65536, 3, 65536);
    refuses(window.formatted(Integer.MIN_VALUE), 1, 1, 1, 1, 65536, Integer.MIN_VALUE, 65536);
    refuses("bytes in flight 65535 (expected: >= largest payload)", 1, 1, 1, 1, 65536, 1, 65535);
  }

  @Test
  void shouldRefuseTheUringEngineBesideLinksWithoutRings() {
    ServerOptions defaults = ServerOptions.defaults();
    for (var transport : List.of(TransportChoice.EPOLL, TransportChoice.NIO)) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> defaults.withIo(EngineChoice.URING, transport));
      String name = transport.name().toLowerCase(Locale.ROOT);
      assertTrue(e.getMessage().contains("does not run with transport " + name), e.getMessage());
    }
  }

  @Test
  void shouldReplaceOnlyWhatIsGiven() {
    ServerOptions defaults = ServerOptions.defaults();
    assertEquals(defaults, defaults.with(null, null, null));
    assertEquals(3, defaults.with(3, null, null).eventLoops());
    assertEquals(7, defaults.with(null, 7, null).ioThreads());
    assertEquals(128 << 10, defaults.with(null, null, 128L << 10).maxPayload());
    assertEquals(defaults, defaults.withIo(EngineChoice.AUTO, TransportChoice.AUTO));
    ServerOptions rings = defaults.withIo(EngineChoice.URING, TransportChoice.IO_URING);
    assertEquals(EngineChoice.URING, rings.engine());
    assertEquals(TransportChoice.IO_URING, rings.transport());
    long wraps = 65536L - (1L << 32);
    assertThrows(IllegalArgumentException.class, () -> defaults.with(null, null, wraps));
    assertThrows(IllegalArgumentException.class, () -> defaults.with(null, null, Long.MAX_VALUE));
  }
}
