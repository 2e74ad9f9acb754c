package org.dst.cli.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlSocketTest {
  @TempDir Path directory;

  private Path control;

  @BeforeEach
  void choose() {
    control = directory.resolve("control");
  }

  private static StatusSource says(Object word) {
    return () -> CompletableFuture.completedFuture(Map.of("word", word));
  }

  private Path socket() {
    return RunningPrograms.socket(control, "dst");
  }

  /** What the socket answers to these bytes. */
  private String send(String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket()));
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private RunningPrograms.Answer onlyAnswer() throws IOException, InterruptedException {
    List<RunningPrograms.Answer> answers = RunningPrograms.ask(control, "dst");
    assertEquals(1, answers.size(), answers::toString);
    return answers.getFirst();
  }

  @Test
  void shouldAnswerItsOwnerOnlyAsOftenAsItIsAsked() throws Exception {
    try (ControlSocket running = ControlSocket.open(control, "dst", says("hello"))) {
      assertEquals("rwx------", mode(control));
      assertEquals("rw-------", mode(socket()));
      for (int i = 0; i < 3; i++) {
        RunningPrograms.Answer answer = onlyAnswer();
        assertEquals(Map.of("word", "hello"), answer.status());
        assertEquals(Long.toString(ProcessHandle.current().pid()), answer.pid());
      }
      assertEquals(List.of(), RunningPrograms.ask(control, "dstd"), running::toString);
    }
    assertFalse(Files.exists(socket()), "the socket is left behind");
    assertEquals(List.of(), RunningPrograms.ask(control, "dst"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void shouldAnswerWhatIsTooLongForOneRead() throws Exception {
    String long1 = "x".repeat(3 << 20);
    try (ControlSocket running = ControlSocket.open(control, "dst", says(long1))) {
      assertEquals(long1, onlyAnswer().status().get("word"), running::toString);
    }
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() throws Exception {
    try (ControlSocket running = ControlSocket.open(control, "dst", says("hello"))) {
      assertTrue(
          send("stop\n").contains("unknown command (expected: status, or an object)"),
          running::toString);
      assertTrue(send("{\"command\":\"stop\"}\n").contains("unknown command stop"));
      assertTrue(send("{nonsense\n").contains("error"), running::toString);
      assertTrue(send("x".repeat(40_000) + "\n").contains("no command of up to 32768 bytes"));
      assertEquals("{\"word\":\"hello\"}\n", send("status\nstatus\n"), "one command only");
    }
  }

  @Test
  void shouldExecuteACommandAndSayWhyItCannot() throws Exception {
    StatusSource source =
        new StatusSource() {
          @Override
          public CompletableFuture<Map<String, Object>> ask() {
            return CompletableFuture.completedFuture(Map.of());
          }

          @Override
          public CompletableFuture<Map<String, Object>> execute(Map<String, Object> command) {
            return command.get("number").equals(1L)
                ? CompletableFuture.completedFuture(Map.of("done", command.get("text")))
                : CompletableFuture.failedFuture(new IOException("no such number"));
          }
        };
    try (ControlSocket running = ControlSocket.open(control, "dst", source)) {
      String pid = onlyAnswer().pid();
      String name = "\u00e4\n\"".repeat(1300);
      Map<String, Object> command = Map.of("number", 1L, "text", name);
      RunningPrograms.Answer answer = RunningPrograms.tell(control, "dst", pid, command);
      assertEquals(name, answer.status().get("done"), running::toString);
      assertEquals(
          "no such number",
          RunningPrograms.tell(control, "dst", pid, Map.of("number", 2L)).failure());
    }
  }

  @Test
  void shouldAskForLessOfThoseThatUnderstandAndForAllOfOthers() throws Exception {
    StatusSource source =
        new StatusSource() {
          @Override
          public CompletableFuture<Map<String, Object>> ask() {
            return CompletableFuture.completedFuture(Map.of("all", true));
          }

          @Override
          public CompletableFuture<Map<String, Object>> ask(Map<String, Object> question) {
            return question.containsKey("less")
                ? CompletableFuture.completedFuture(question)
                : CompletableFuture.failedFuture(new IllegalArgumentException("not known"));
          }
        };
    try (ControlSocket running = ControlSocket.open(control, "dst", source)) {
      assertEquals(Map.of("less", 1L), asked(Map.of("less", 1L)), running::toString);
      assertEquals(Map.of("all", true), asked(Map.of("later", 1L)));
      assertEquals(Map.of("all", true), asked(Map.of("less", "x".repeat(20_000))), "too long");
      assertEquals(Map.of("all", true), asked(Map.of()));
    }
    try (ControlSocket running = ControlSocket.open(control, "dst", says("hello"))) {
      assertEquals(Map.of("word", "hello"), asked(Map.of("less", 1L)), running::toString);
    }
  }

  private Map<String, Object> asked(Map<String, Object> question) throws Exception {
    return RunningPrograms.ask(control, "dst", question).getFirst().status();
  }

  @Test
  void shouldSayWhyItCannotAnswer() throws Exception {
    try (ControlSocket running = ControlSocket.open(control, "dst", CompletableFuture::new)) {
      assertTrue(onlyAnswer().failure().contains("do not answer within 2 s"), running::toString);
    }
    StatusSource stopped =
        () -> {
          throw new RejectedExecutionException("shut down");
        };
    try (ControlSocket running = ControlSocket.open(control, "dst", stopped)) {
      assertEquals("it is shutting down", onlyAnswer().failure(), running::toString);
    }
  }

  @Test
  void shouldNotWaitForAProcessThatStandsStill() throws Exception {
    Files.createDirectories(control);
    try (ServerSocketChannel deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      deaf.bind(UnixDomainSocketAddress.of(control.resolve("dst-1.sock")));
      RunningPrograms.Answer answer = onlyAnswer();
      assertEquals("1", answer.pid());
      assertEquals("no answer within 5 s", answer.failure());
    }
  }

  @Test
  void shouldPassByAndRemoveWhatKilledProcessesLeft() throws Exception {
    Files.createDirectories(control);
    Path dead = control.resolve("dst-1.sock");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(dead))
        .close();
    assertTrue(Files.exists(dead), "the socket of the dead one");
    assertEquals(List.of(), RunningPrograms.ask(control, "dst"));
    try (ControlSocket running = ControlSocket.open(control, "dst", says("hello"))) {
      assertFalse(Files.exists(dead), running::toString);
      assertEquals(Map.of("word", "hello"), onlyAnswer().status());
    }
  }

  @Test
  void shouldRunOnWithoutASocketThatCannotBeMade() throws Exception {
    Files.writeString(control, "in the way");
    try (ControlSocket none = ControlSocket.open(control, "dst", says("hello"))) {
      assertEquals(List.of(), RunningPrograms.ask(control, "dst"), none::toString);
    }
    assertEquals("in the way", Files.readString(control));
  }
}
