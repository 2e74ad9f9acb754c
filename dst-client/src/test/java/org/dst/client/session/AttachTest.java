package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.client.device.DeviceInfo;
import org.dst.client.link.LinkException;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedServer;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Features;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first attach: what is asked, and that a wrong answer ends it with a reason. */
@Timeout(60)
class AttachTest {
  private final ScriptedServer server = new ScriptedServer();
  private TestClient client;

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void shouldSayWhatItWantsOnEveryLane() throws Exception {
    client = new TestClient(server, 3, TestClient.PATIENT);
    boolean[] seen = new boolean[3];
    for (int i = 0; i < 3; i++) {
      ScriptedLink link = server.accept();
      Attach attach = link.takeAttach();
      assertTrue(i > 0 || attach.lane() == 0, "the first lane comes first");
      assertFalse(seen[attach.lane()]);
      seen[attach.lane()] = true;
      assertEquals(3, attach.lanes());
      assertEquals(1, attach.generation());
      assertEquals("disk", attach.export());
      assertEquals("test", attach.client());
      assertEquals(Access.READ_WRITE, attach.access());
      link.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
    }
    DeviceInfo info = client.session().info();
    assertEquals("disk", info.name());
    assertEquals("scripted", info.description());
    assertEquals(64 << 20, info.size());
    assertFalse(info.readOnly());
    assertTrue(info.has(Features.FLUSH | Features.TRIM));
  }

  @Test
  void shouldReportARefusal() throws Exception {
    assertRefused(
        LinkFailure.Kind.REFUSED,
        "in use by 'x'",
        link -> link.send(Opcode.REFUSED, Answers.refused("in use by 'x'")::encode));
  }

  @Test
  void shouldReportARefusalOfALaterLane() throws Exception {
    client = new TestClient(server, 2, TestClient.PATIENT);
    TestClient.attach(server);
    ScriptedLink second = server.accept();
    second.takeAttach();
    second.send(Opcode.REFUSED, Answers.refused("too many lanes")::encode);
    assertFailed(LinkFailure.Kind.REFUSED, "too many lanes");
  }

  @Test
  void shouldReportAServerThatHangsUp() throws Exception {
    assertRefused(LinkFailure.Kind.LOST, "closed by the server", ScriptedLink::cut);
  }

  @Test
  void shouldReportAServerThatDoesNotAnswer() throws Exception {
    client = new TestClient(server, 1, TestClient.PATIENT, Duration.ofMillis(200));
    ScriptedLink link = server.accept();
    link.takeAttach();
    assertFailed(LinkFailure.Kind.LOST, "did not answer the attach");
    link.awaitEnd();
  }

  @Test
  void shouldReportGarbage() throws Exception {
    assertRefused(
        LinkFailure.Kind.LOST,
        "broke the protocol",
        link -> link.sendRaw("y".repeat(100).getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void shouldReportAnAnswerThatIsOutOfPlace() throws Exception {
    assertRefused(
        LinkFailure.Kind.LOST, "unexpected frame", link -> link.send(Opcode.DETACHED, 0, 0));
  }

  @Test
  void shouldReportAReplyBeforeTheAttachIsGranted() throws Exception {
    assertRefused(LinkFailure.Kind.LOST, "before an attach", link -> link.send(Opcode.REPLY, 1, 0));
  }

  @Test
  void shouldReportAnAnswerWithoutContents() throws Exception {
    assertRefused(
        LinkFailure.Kind.LOST, "unexpected frame", link -> link.send(Opcode.ATTACHED, 0, 0));
  }

  @Test
  void shouldReportImpossibleTerms() throws Exception {
    assertRefused(
        LinkFailure.Kind.LOST,
        "invalid window",
        link ->
            link.send(
                Opcode.ATTACHED,
                ScriptedServer.attached(ScriptedServer.IDENTITY, 1 << 20, 0)::encode));
  }

  @Test
  void shouldReportALongAnswer() throws Exception {
    assertRefused(
        LinkFailure.Kind.LOST,
        "payload length",
        link -> link.send(Opcode.ATTACHED, out -> out.writeZero((64 << 10) + 1)));
  }

  @Test
  void shouldNotAllocateAsMuchAsAServerOffers() throws Exception {
    client = new TestClient(server, 1, TestClient.PATIENT);
    ScriptedLink link = server.accept();
    link.takeAttach();
    link.send(
        Opcode.ATTACHED,
        ScriptedServer.attached(ScriptedServer.IDENTITY, 1 << 20, Integer.MAX_VALUE)::encode);
    assertEquals(1 << 20, client.session().info().size());
  }

  private void assertRefused(LinkFailure.Kind kind, String text, Consumer<ScriptedLink> answer)
      throws Exception {
    client = new TestClient(server, 1, TestClient.PATIENT);
    ScriptedLink link = server.accept();
    link.takeAttach();
    answer.accept(link);
    assertFailed(kind, text);
    link.awaitEnd();
  }

  private void assertFailed(LinkFailure.Kind kind, String text) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> client.opening().get(20, TimeUnit.SECONDS));
    LinkException cause = assertInstanceOf(LinkException.class, failed.getCause());
    assertEquals(kind, cause.failure().kind(), cause::getMessage);
    assertTrue(cause.getMessage().contains(text), cause::getMessage);
  }
}
