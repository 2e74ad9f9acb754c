package org.dst.system.soak;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dst.system.harness.Command;
import org.dst.system.harness.Full;
import org.dst.system.harness.NeedsProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Full
@NeedsProgram({"fio", "python3"})
@Timeout(240)
class SoakTest {
  private static final Path PROGRAMS = Path.of("../dst-cli/target/dst-cli.jar");

  @Test
  void shouldHoldNoMoreAfterAMinuteOfLoadResetsAndRestarts() {
    assumeTrue(Files.exists(PROGRAMS), () -> PROGRAMS + " is missing; mvn package makes it");
    Command.run(200, List.of("python3", "bench/soak", "--seconds=40", "--warmup=8", "--turn=6"))
        .succeeded()
        .printed("dstd lasting");
  }
}
