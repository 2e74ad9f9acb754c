package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.BlockRequest;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.UnflushedMarker;
import org.dst.client.link.ServerAddress;
import org.dst.client.session.SessionOpener;
import org.dst.client.session.SessionOptions;
import org.dst.crypto.record.RecordCrypto;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.testing.Watch;
import org.dst.system.harness.Full;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Keys are renewed every 1024 frames in both directions while the usual number of requests is in
 * flight. Each request is one frame and each reply another, so the requests that meet a renewal are
 * known by their number. Their latencies are compared with those of as many requests between two
 * renewals, because a busy machine stalls any of them now and then.
 */
@ExtendWith(Watch.class)
@Timeout(120)
class KeyRenewalTest {
  private static final int EPOCH = 1024;
  private static final int DEPTH = 32;
  private static final int BLOCK = 4096;

  /** Parts of an epoch that are compared; the requests around a renewal are the first. */
  private static final int PARTS = EPOCH / (2 * DEPTH);

  private static final double PERCENTILE = 99.9;
  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int ATTEMPTS = 3;

  /** This part of the requests is not looked at, while the compiler is at work. */
  private static final int WARM = 5;

  private final LeakSampling sampling = new LeakSampling();

  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();

  @AfterEach
  void close() {
    sampling.close();
  }

  /** Submits requests on the lane's own loop, one for each that ends, and times them. */
  private static final class Load {
    private final BlockDevice device;
    private final EventExecutor loop;
    private final long[] nanos;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ByteBuf block = Unpooled.directBuffer(BLOCK).writeZero(BLOCK);
    private int submitted;
    private int completed;
    private int failed;

    Load(BlockDevice device, EventExecutor loop, int requests) {
      this.device = device;
      this.loop = loop;
      nanos = new long[requests];
    }

    void run() throws InterruptedException {
      loop.execute(
          () -> {
            for (int i = 0; i < DEPTH; i++) {
              new Request().submit();
            }
          });
      assertTrue(ended.await(60, TimeUnit.SECONDS), "all requests end");
      block.release();
      assertEquals(0, failed, "failed requests");
    }

    private final class Request extends BlockRequest {
      private int number;
      private long start;

      void submit() {
        number = submitted++;
        start = System.nanoTime();
        device.submit(this);
      }

      @Override
      public void completed(Status status, ByteBuf payload) {
        nanos[number] = System.nanoTime() - start;
        failed += status == Status.OK ? 0 : 1;
        if (payload != null) {
          payload.release();
        }
        if (submitted < nanos.length) {
          submit();
        }
        if (++completed == nanos.length) {
          ended.countDown();
        }
      }

      @Override
      public Opcode opcode() {
        return number % 2 == 0 ? Opcode.WRITE : Opcode.READ;
      }

      @Override
      public int flags() {
        return 0;
      }

      @Override
      public long offset() {
        return (long) (number % SecuredServer.BLOCKS) * BLOCK;
      }

      @Override
      public long count() {
        return BLOCK;
      }

      @Override
      public ByteBuf payload() {
        return number % 2 == 0 ? block : null;
      }

      @Override
      public EventExecutor loop() {
        return loop;
      }
    }
  }

  /**
   * The latencies of so many requests, by the numbers of their frames, of which 0 was the attach.
   */
  private long[] latencies(int requests) throws Exception {
    EventLoopGroup loops = NettyTransport.best().newLoops(1, "renewal-test");
    try (SecuredServer server = SecuredServer.inMemory(Pace.PATIENT, keys);
        RecordCrypto crypto = new RecordCrypto()) {
      SessionOpener opener =
          new SessionOpener(
              SecuredClient.options(
                  Pace.PATIENT,
                  new ServerAddress("127.0.0.1", server.address.getPort()),
                  keys.ofClient(SecurityMode.PSK),
                  crypto),
              new SessionOptions.Identity(UUID.randomUUID(), Attach.NO_SESSION, null),
              new UnflushedMarker[] {UnflushedMarker.NONE},
              loops);
      Load load = new Load(opener.open().get().session(), loops.next(), requests);
      load.run();
      assertEquals(0, opener.counters().get(ClientCounter.RESENDS), "more frames than requests");
      assertEquals(0, opener.counters().get(ClientCounter.RECONNECTS), "one link");
      opener.close();
      return load.nanos;
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  /** The part of its epoch that a request is in; the attach was frame 0. */
  private static int part(int request) {
    return (request + 1 + DEPTH) % EPOCH / (2 * DEPTH);
  }

  /** The latencies of the requests in one part of the epochs, sorted. */
  private static long[] of(long[] latencies, int part) {
    return IntStream.range(latencies.length / WARM, latencies.length)
        .filter(i -> part(i) == part)
        .mapToLong(i -> latencies[i])
        .sorted()
        .toArray();
  }

  private static long percentile(long[] sorted) {
    return sorted[(int) (sorted.length * (PERCENTILE / 100))];
  }

  /** Half of the renewals, or of the other moments, held no request up for longer. */
  private static long usualSlowest(long[] latencies, int part) {
    long[] slowest = new long[latencies.length / EPOCH + 1];
    for (int i = latencies.length / WARM; i < latencies.length; i++) {
      if (part(i) == part) {
        int epoch = (i + 1 + DEPTH) / EPOCH;
        slowest[epoch] = Math.max(slowest[epoch], latencies[i]);
      }
    }
    long[] sorted = Arrays.stream(slowest).filter(nanos -> nanos > 0).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static long[] ofOthers(IntToLongFunction measure) {
    return IntStream.range(1, PARTS).mapToLong(measure).sorted().toArray();
  }

  /** What renewals cost at the least, in both ways to see it. */
  private record Cost(long percentile, long usual) {}

  private Cost measure(int requests) throws Exception {
    long[] latencies = latencies(requests);
    long meeting = percentile(of(latencies, 0));
    long[] others = ofOthers(part -> percentile(of(latencies, part)));
    long usual = usualSlowest(latencies, 0);
    long[] usualOthers = ofOthers(part -> usualSlowest(latencies, part));
    System.out.printf(
        "%d requests, %d renewals in each direction; %.1f%% of those that meet one end within"
            + " %.2f ms (other parts of an epoch: %.2f to %.2f, median %.2f); slowest request at"
            + " half of the renewals: %.2f ms (elsewhere: %.2f to %.2f)%n",
        requests,
        requests / EPOCH,
        PERCENTILE,
        meeting / 1e6,
        others[0] / 1e6,
        others[others.length - 1] / 1e6,
        others[others.length / 2] / 1e6,
        usual / 1e6,
        usualOthers[0] / 1e6,
        usualOthers[usualOthers.length - 1] / 1e6);
    return new Cost(
        meeting - others[others.length - 1], usual - usualOthers[usualOthers.length / 2]);
  }

  private void renew(int requests) throws Exception {
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      Cost cost = measure(requests);
      if (cost.percentile < STALL_NANOS && cost.usual < STALL_NANOS / 2) {
        return; // what renewing costs would be there every time
      }
      costs.add(cost);
    }
    throw new AssertionError(
        "stalls of %s ns (expected: below %d and half of it)".formatted(costs, STALL_NANOS));
  }

  @Test
  void shouldNotStallWhenKeysAreRenewed() throws Exception {
    renew(60_000);
  }

  @Full
  @Test
  void shouldNotStallWhenKeysAreRenewedHundredsOfTimes() throws Exception {
    renew(300 * EPOCH);
  }
}
