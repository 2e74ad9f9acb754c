package org.dst.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.cli.command.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of their own, which are told to have neither io_uring nor epoll. */
@Timeout(60)
class NoNativeIoTest {
  @TempDir private Path directory;

  @Test
  void shouldSayThatTheUringEngineCannotBeHadAndWhatToDo() throws Exception {
    String said = refused(export("--engine=uring"));
    assertTrue(said.contains("the uring engine is not available here"), said);
    assertTrue(said.contains("io_uring is missing or not permitted"), said);
    assertTrue(said.contains("--engine threads"), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "epoll"})
  void shouldSayThatATransportOfTheServerCannotBeHadAndWhy(String transport) throws Exception {
    requireReason(transport, refused(export("--transport=" + transport)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "epoll"})
  void shouldSayThatATransportOfTheClientCannotBeHadAndWhy(String transport) throws Exception {
    List<String> attach =
        List.of("attach", "127.0.0.1:1/d", "--listen=127.0.0.1:0", "--transport=" + transport);
    requireReason(transport, refused(start(DstMain.class, attach)));
  }

  private static void requireReason(String transport, String said) {
    assertTrue(said.contains("transport " + transport), said);
    assertTrue(said.contains("missing or not permitted"), said);
    assertTrue(said.contains("-Dio.netty.transport.noNative"), said);
    assertTrue(said.contains("--transport auto"), said);
  }

  @Test
  void shouldServeWithWhatThereIsIfNothingIsChosen() throws Exception {
    Process dstd = export("--transport=auto");
    CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS).execute(dstd::destroyForcibly);
    try (BufferedReader out = dstd.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.contains("transport nio")) {
        line = out.readLine();
      }
      assertTrue(line != null, "no word of the transport");
    } finally {
      dstd.destroyForcibly();
    }
  }

  private Process export(String option) throws IOException {
    return start(DstdMain.class, List.of("export", "d=mem:1M", "--listen=127.0.0.1:0", option));
  }

  private Process start(Class<?> main, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dio.netty.transport.noNative=true",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(arguments);
    command.add("--state-dir=" + directory);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** The one line that a program says which ends because of its configuration. */
  private static String refused(Process program) throws IOException, InterruptedException {
    try {
      String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(program.waitFor(20, TimeUnit.SECONDS));
      assertEquals(ExitCode.LOCAL.code(), program.exitValue(), said);
      assertEquals(1, said.lines().count(), said);
      return said;
    } finally {
      program.destroyForcibly();
    }
  }
}
