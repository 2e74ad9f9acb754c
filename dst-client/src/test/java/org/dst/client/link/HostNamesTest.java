package org.dst.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HostNamesTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress TWO = InetAddress.ofLiteral("2001:db8::2");

  private final BlockingQueue<CompletableFuture<InetAddress>> asked = new LinkedBlockingQueue<>();
  private final HostNames names = new HostNames(this::serve);

  private InetAddress serve(String host) {
    CompletableFuture<InetAddress> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer.join();
  }

  @Test
  void shouldNotAskForAnAddressInFigures() {
    assertEquals(ONE, names.find("192.0.2.1").join());
    assertEquals(TWO, names.find("2001:db8::2").join());
    assertEquals(0, asked.size());
  }

  @Test
  void shouldAskAgainEachTimeButOnlyOnceAtATime() throws Exception {
    CompletableFuture<InetAddress> first = names.find("host");
    CompletableFuture<InetAddress> second = names.find("host");
    answer(ONE);
    assertEquals(ONE, get(first));
    assertEquals(ONE, get(second));
    CompletableFuture<InetAddress> later = names.find("host");
    answer(TWO);
    get(later); // the one or the other: it may have been answered too late on a slow machine
    assertEquals(0, asked.size());
  }

  @Test
  void shouldTakeTheLastKnownAddressIfTheServiceFails() throws Exception {
    CompletableFuture<InetAddress> unknown = names.find("host");
    answer(null);
    assertNull(get(unknown));
    CompletableFuture<InetAddress> known = names.find("host");
    answer(ONE);
    assertEquals(ONE, get(known));
    CompletableFuture<InetAddress> failing = names.find("host");
    answer(null);
    assertEquals(ONE, get(failing));
  }

  @Test
  void shouldTakeTheLastKnownAddressIfTheServiceIsSilent() throws Exception {
    CompletableFuture<InetAddress> known = names.find("host");
    answer(ONE);
    assertEquals(ONE, get(known));
    CompletableFuture<InetAddress> silent = names.find("host");
    CompletableFuture<InetAddress> lookUp = take();
    assertEquals(ONE, get(silent));
    CompletableFuture<InetAddress> again = names.find("host");
    assertEquals(ONE, get(again));
    assertFalse(lookUp.isDone());
    assertEquals(0, asked.size(), "look-ups beside the one that hangs");
    lookUp.complete(TWO);
  }

  private void answer(InetAddress address) throws InterruptedException {
    take().complete(address);
  }

  private CompletableFuture<InetAddress> take() throws InterruptedException {
    CompletableFuture<InetAddress> lookUp = asked.poll(20, TimeUnit.SECONDS);
    if (lookUp == null) {
      throw new AssertionError("nobody asked");
    }
    return lookUp;
  }

  private static InetAddress get(CompletableFuture<InetAddress> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }
}
