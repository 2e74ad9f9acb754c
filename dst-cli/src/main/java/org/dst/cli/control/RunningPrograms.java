package org.dst.cli.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.dst.client.nbd.UnixSocketFile;

/** Finds the running programs of this machine by their control sockets, and talks to them. */
public final class RunningPrograms {
  /**
   * The command that every program understands, as a line. A question, a JSON object, may follow it
   * on the line. Other commands are JSON objects on one line.
   */
  static final String STATUS = "status";

  /** The field of an answer that says why it failed. */
  static final String ERROR = "error";

  private static final String SUFFIX = ".sock";

  /** The most bytes that UTF-8 takes for a char. */
  private static final int MOST_UTF8 = 3;

  private static final int ANSWER_SECONDS = 5;
  private static final int COMMAND_SECONDS = 60;

  private RunningPrograms() {}

  /**
   * An answer of a program.
   *
   * @param pid of the process
   * @param status the report; null on failure
   * @param failure the reason; null on success
   */
  public record Answer(String pid, Map<String, Object> status, String failure) {}

  /** The socket of this process; a short name, because sun_path holds only 107 bytes (unix(7)). */
  static Path socket(Path directory, String program) {
    return directory.resolve(program + "-" + ProcessHandle.current().pid() + SUFFIX);
  }

  /**
   * Asks all running processes at once; takes as long as the slowest, at most 5 s.
   *
   * @param directory of the control sockets; it need not exist
   * @param program like "dst"
   * @return the answers by process id, without those of processes that are gone
   * @throws IOException if the directory cannot be read
   */
  public static List<Answer> ask(Path directory, String program)
      throws IOException, InterruptedException {
    return ask(directory, program, Map.of());
  }

  /**
   * The same with a question that narrows the answer. An older program that does not understand it
   * answers in full; so does every program if the question is too long.
   */
  public static List<Answer> ask(Path directory, String program, Map<String, Object> question)
      throws IOException, InterruptedException {
    String words = STATUS + " " + Json.write(question);
    boolean asks = !question.isEmpty() && words.length() * MOST_UTF8 < ControlSocket.MAX_LINE;
    List<Path> sockets = sockets(directory, program + "-");
    List<CompletableFuture<Map<String, Object>>> asked =
        sockets.stream().map(socket -> askAside(socket, asks ? words : STATUS)).toList();
    List<Answer> answers = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    for (int i = 0; i < sockets.size(); i++) {
      Answer answer = await(pid(sockets.get(i), program), asked.get(i), end, ANSWER_SECONDS);
      if (answer != null) {
        answers.add(answer);
      }
    }
    return answers;
  }

  /**
   * Has one program execute a command; waits up to a minute for it.
   *
   * @param pid of the process, from an {@link Answer}
   * @param command an object that its {@link StatusSource#execute} understands
   * @return the answer; null if the process is gone
   */
  public static Answer tell(Path directory, String program, String pid, Map<String, Object> command)
      throws InterruptedException {
    Path socket = directory.resolve(program + "-" + pid + SUFFIX);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(COMMAND_SECONDS);
    return await(pid, askAside(socket, Json.write(command)), end, COMMAND_SECONDS);
  }

  private static List<Path> sockets(Path directory, String prefix) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .sorted()
          .toList();
    }
  }

  private static String pid(Path socket, String program) {
    String name = socket.getFileName().toString();
    return name.substring(program.length() + 1, name.length() - SUFFIX.length());
  }

  /** On a separate thread, because Unix sockets have no timeouts in Java. */
  private static CompletableFuture<Map<String, Object>> askAside(Path socket, String line) {
    CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("dst-ask")
        .start(
            () -> {
              try {
                Map<String, Object> first = exchange(socket, line);
                boolean isUnknown = line.startsWith(STATUS + " ") && first.get(ERROR) != null;
                answer.complete(isUnknown ? exchange(socket, STATUS) : first);
              } catch (IOException | RuntimeException failed) {
                answer.completeExceptionally(failed);
              }
            });
    return answer;
  }

  private static Map<String, Object> exchange(Path socket, String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      byte[] answer = Channels.newInputStream(channel).readAllBytes();
      return Json.read(new String(answer, StandardCharsets.UTF_8));
    }
  }

  private static Answer await(
      String pid, CompletableFuture<Map<String, Object>> asked, long endNanos, int seconds)
      throws InterruptedException {
    try {
      Map<String, Object> status = asked.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      Object error = status.get(ERROR);
      return error == null
          ? new Answer(pid, status, null)
          : new Answer(pid, null, error.toString());
    } catch (TimeoutException late) {
      return new Answer(pid, null, "no answer within %d s".formatted(seconds));
    } catch (ExecutionException failed) {
      return failed.getCause() instanceof ConnectException
          ? null
          : new Answer(pid, null, failed.getCause().toString());
    }
  }

  /** Removes the sockets of processes that were killed. */
  static void removeDead(Path directory) throws IOException {
    for (Path socket : sockets(directory, "")) {
      try {
        UnixSocketFile.prepare(socket);
      } catch (IOException serves) {
        // a live process answers there, or it is not one of our sockets
      }
    }
  }
}
