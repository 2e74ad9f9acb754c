package org.dst.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own, which is told not to have io_uring. */
@Timeout(60)
class EngineUnavailableTest {
  @TempDir private Path directory;

  @Test
  void shouldSayThatIoUringCannotBeHadAndWhatToDo() throws IOException, InterruptedException {
    Process dstd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dio.netty.transport.noNative=true",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DstdMain.class.getName(),
                "export",
                "d=mem:1M",
                "--listen=127.0.0.1:0",
                "--engine=uring",
                "--state-dir=" + directory)
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(dstd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(dstd.waitFor(20, TimeUnit.SECONDS));
      assertEquals(ExitCode.LOCAL.code(), dstd.exitValue(), said);
      assertEquals(1, said.lines().count(), said);
      assertTrue(said.contains("io_uring is missing or not permitted"), said);
      assertTrue(said.contains("--engine threads"), said);
    } finally {
      dstd.destroyForcibly();
    }
  }
}
