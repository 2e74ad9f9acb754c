package org.dst.client.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.dst.client.link.Dialer;
import org.dst.client.link.LinkException;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedLink.Frame;
import org.dst.client.link.ScriptedServer;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists and pings, answered well and badly. */
@Timeout(60)
class ControlTest {
  private static final Listing.Entry DISK =
      new Listing.Entry("disk", "of the tests", 1 << 30, Access.READ_WRITE);
  private static final Listing.Entry BACKUP =
      new Listing.Entry("backup", "", 512, Access.READ_ONLY);

  private final ScriptedServer server = new ScriptedServer();
  private final EventLoopGroup loops = NettyTransport.best().newLoops(1, "control-test");
  private final Dialer dialer =
      new Dialer(NettyTransport.best(), List.of("crc32c"), Duration.ofSeconds(20));

  @AfterEach
  void stop() {
    server.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void shouldCollectAListFromItsParts() throws Exception {
    var answer = list();
    ScriptedLink link = askedForList();
    link.send(Opcode.LISTING, new Listing(List.of(DISK), false)::encode);
    link.send(Opcode.LISTING, new Listing(List.of(BACKUP), true)::encode);
    assertEquals(List.of(DISK, BACKUP), answer.get(20, TimeUnit.SECONDS));
    link.awaitEnd();
  }

  @Test
  void shouldTakeAnEmptyList() throws Exception {
    var answer = list();
    askedForList().send(Opcode.LISTING, new Listing(List.of(), true)::encode);
    assertEquals(List.of(), answer.get(20, TimeUnit.SECONDS));
  }

  @Test
  void shouldPassOnARefusedList() throws Exception {
    var answer = list();
    Refused refused = new Refused(RefusalCode.NOT_ALLOWED, "not for you", Extensions.NONE);
    askedForList().send(Opcode.REFUSED, refused::encode);
    LinkFailure failure = failure(answer);
    assertEquals(LinkFailure.Kind.REFUSED, failure.kind());
    assertEquals(RefusalCode.NOT_ALLOWED, failure.refusal());
    assertTrue(failure.text().contains("not for you"), failure::text);
  }

  @Test
  void shouldRefuseWhatIsNoList() throws Exception {
    var answer = list();
    askedForList().send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
    assertTrue(failure(answer).text().contains("expected: LISTING"));
  }

  @Test
  void shouldRefuseAListThatIsCutShort() throws Exception {
    var answer = list();
    askedForList().send(Opcode.LISTING, out -> out.writeByte(1).writeShort(3));
    assertTrue(failure(answer).text().contains("broke the protocol"));
  }

  @Test
  void shouldNotCollectForEver() throws Exception {
    var many = new Listing(Collections.nCopies(1000, BACKUP), false);
    var answer = list();
    ScriptedLink link = askedForList();
    for (int i = 0; i <= 10; i++) {
      link.send(Opcode.LISTING, many::encode);
    }
    assertTrue(failure(answer).text().contains("endless list"));
    link.awaitEnd();
  }

  @Test
  void shouldNotWaitForAListThatNeverGrows() throws Exception {
    var answer = list();
    askedForList().send(Opcode.LISTING, new Listing(List.of(), false)::encode);
    assertTrue(failure(answer).text().contains("endless list"));
  }

  @Test
  void shouldReportALostLinkInsteadOfAList() throws Exception {
    var answer = list();
    askedForList().cut();
    assertEquals(LinkFailure.Kind.LOST, failure(answer).kind());
  }

  @Test
  void shouldMeasurePings() throws Exception {
    var connecting = Pinger.connect(dialer, server.address(), loops.next());
    ScriptedLink link = server.accept();
    Pinger pinger = connecting.get(20, TimeUnit.SECONDS);
    for (int i = 1; i <= 3; i++) {
      var answer = pinger.ping();
      Frame ping = link.next();
      assertEquals(Opcode.PING, ping.opcode());
      link.send(Opcode.PONG, ping.id() - 1, ping.offset()); // a stray one
      link.send(Opcode.PONG, ping.id(), ping.offset());
      assertTrue(answer.get(20, TimeUnit.SECONDS) >= 0);
    }
    pinger.close();
    link.awaitEnd();
  }

  @Test
  void shouldReportALostLinkToWhoeverPings() throws Exception {
    var connecting = Pinger.connect(dialer, server.address(), loops.next());
    ScriptedLink link = server.accept();
    Pinger pinger = connecting.get(20, TimeUnit.SECONDS);
    var answer = pinger.ping();
    link.next();
    link.cut();
    assertEquals(LinkFailure.Kind.LOST, failure(answer).kind());
    assertEquals(LinkFailure.Kind.LOST, failure(pinger.ping()).kind());
  }

  @Test
  void shouldRefuseWhatIsNoPong() throws Exception {
    var connecting = Pinger.connect(dialer, server.address(), loops.next());
    ScriptedLink link = server.accept();
    var answer = connecting.get(20, TimeUnit.SECONDS).ping();
    link.next();
    link.send(Opcode.REPLY, 1, 0);
    assertTrue(failure(answer).text().contains("expected: PONG"));
    link.awaitEnd();
  }

  private CompletableFuture<List<Listing.Entry>> list() {
    return ExportList.ask(dialer, server.address(), loops.next());
  }

  private ScriptedLink askedForList() throws InterruptedException {
    ScriptedLink link = server.accept();
    assertEquals(Opcode.LIST, link.next().opcode());
    return link;
  }

  private static LinkFailure failure(CompletableFuture<?> answer) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
    return assertInstanceOf(LinkException.class, failed.getCause()).failure();
  }
}
