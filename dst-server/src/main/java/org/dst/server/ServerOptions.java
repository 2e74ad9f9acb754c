package org.dst.server;

import java.time.Duration;
import java.util.Locale;
import org.dst.platform.loop.TransportChoice;
import org.dst.protocol.Limits;
import org.dst.server.engine.EngineChoice;
import org.dst.server.export.ExportLimits;

/**
 * The options of a server, common to all of its exports.
 *
 * @param eventLoops threads that serve links, at least 1
 * @param ioThreads threads that block on storage, at least 1
 * @param engine how storage is accessed
 * @param transport how sockets are served; the uring engine needs io_uring or auto
 * @param maxLinks maximum number of links, attached or not
 * @param maxLanes maximum number of lanes in a session
 * @param maxPayload bytes of the largest frame payload, 65536 to 32 MiB, a multiple of 65536
 * @param window transaction ids above the watermark that a lane remembers; a power of two
 * @param maxInFlight bytes of one lane that run in the store at once
 * @param attachTimeout time limit for a new link to attach
 * @param drainTimeout time limit for running requests when the server is closed
 * @param pingInterval silence after which an attached link is pinged
 * @param pingTimeout silence after which an attached link is considered dead
 */
public record ServerOptions(
    int eventLoops,
    int ioThreads,
    EngineChoice engine,
    TransportChoice transport,
    int maxLinks,
    int maxLanes,
    int maxPayload,
    int window,
    long maxInFlight,
    Duration attachTimeout,
    Duration drainTimeout,
    Duration pingInterval,
    Duration pingTimeout) {
  private static final int PAYLOAD_UNIT = 64 << 10;

  /** Defaults for a small machine. */
  public static ServerOptions defaults() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new ServerOptions(
        Math.clamp(cores, 1, 8),
        4,
        EngineChoice.AUTO,
        TransportChoice.AUTO,
        1024,
        16,
        1 << 20,
        1024,
        32 << 20,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15));
  }

  /** Rejects values that cannot work. */
  public ServerOptions {
    require(eventLoops >= 1 && eventLoops <= 1024, "event loops", eventLoops, "1 to 1024");
    require(ioThreads >= 1 && ioThreads <= 1024, "I/O threads", ioThreads, "1 to 1024");
    require(
        maxPayload >= PAYLOAD_UNIT
            && maxPayload <= Limits.MAX_PAYLOAD
            && maxPayload % PAYLOAD_UNIT == 0,
        "largest payload",
        maxPayload,
        "64k to 32M, a multiple of 64k");
    if (engine == EngineChoice.URING
        && transport != TransportChoice.AUTO
        && transport != TransportChoice.IO_URING) {
      throw new IllegalArgumentException(
          "the uring engine shares the event loops' io_uring, so it does not run with transport %s"
                  .formatted(transport.name().toLowerCase(Locale.ROOT))
              + " (expected: io_uring or auto)");
    }
    require(maxLinks >= 1, "links", maxLinks, ">= 1");
    require(maxLanes >= 1 && maxLanes <= 65535, "lanes", maxLanes, "1 to 65535");
    require(window > 0 && Integer.bitCount(window) == 1, "window", window, "a power of two");
    require(maxInFlight >= maxPayload, "bytes in flight", maxInFlight, ">= largest payload");
    require(pingInterval.toMillis() >= 1, "ping interval in ms", pingInterval.toMillis(), ">= 1");
    require(
        pingTimeout.compareTo(pingInterval) > 0,
        "ping timeout in ms",
        pingTimeout.toMillis(),
        "> ping interval");
  }

  /** The part that concerns exports. */
  ExportLimits exportLimits() {
    return new ExportLimits(maxLanes, maxPayload, window, maxInFlight);
  }

  private static void require(boolean holds, String what, long value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s %d (expected: %s)".formatted(what, value, expected));
    }
  }

  /** These options with the non-null arguments replaced. */
  public ServerOptions with(Integer newEventLoops, Integer newIoThreads, Long newMaxPayload) {
    return new ServerOptions(
        newEventLoops == null ? eventLoops : newEventLoops,
        newIoThreads == null ? ioThreads : newIoThreads,
        engine,
        transport,
        maxLinks,
        maxLanes,
        newMaxPayload == null ? maxPayload : Math.clamp(newMaxPayload, 0, Integer.MAX_VALUE),
        window,
        maxInFlight,
        attachTimeout,
        drainTimeout,
        pingInterval,
        pingTimeout);
  }

  /** These options with other keep-alive times. */
  public ServerOptions withPings(Duration interval, Duration timeout) {
    return new ServerOptions(
        eventLoops,
        ioThreads,
        engine,
        transport,
        maxLinks,
        maxLanes,
        maxPayload,
        window,
        maxInFlight,
        attachTimeout,
        drainTimeout,
        interval,
        timeout);
  }

  /** These options with another engine and transport. */
  public ServerOptions withIo(EngineChoice choice, TransportChoice transportChoice) {
    return new ServerOptions(
        eventLoops,
        ioThreads,
        choice,
        transportChoice,
        maxLinks,
        maxLanes,
        maxPayload,
        window,
        maxInFlight,
        attachTimeout,
        drainTimeout,
        pingInterval,
        pingTimeout);
  }
}
