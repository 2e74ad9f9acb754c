package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.uring.IoUring;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the Python scripts in the resource directory nbdsh. */
@NeedsProgram("nbdsh")
class NbdshTest {
  private static final long SIZE = 64 << 20;

  @TempDir static Path directory;

  private static Disk file;
  private static Disk readOnly;
  private static Disk coarse;
  private static Disk ring;

  @BeforeAll
  static void startDisks() {
    file = Disk.of(directory, Images.sparse(directory.resolve("image"), SIZE));
    readOnly = Disk.of(made("ro"), "mem:64M", "--read-only");
    coarse = Disk.of(made("coarse"), "mem:64M,min-block=4096");
    if (IoUring.isAvailable()) {
      Path image = Images.sparse(made("ring").resolve("image"), SIZE);
      ring = Disk.of(image.getParent(), image, "--engine", "uring");
    }
  }

  @AfterAll
  static void stopDisks() {
    Closing.inOrder(file, readOnly, coarse, ring);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "should-read-back-what-was-written",
        "should-honour-fua-on-every-change",
        "should-zero-with-and-without-holes",
        "should-trim-and-report-a-hole",
        "should-tell-data-from-holes-in-structured-reads",
        "should-answer-df-reads-in-one-piece",
        "should-report-one-extent-when-asked-for-one",
        "should-cache-and-flush",
        "should-answer-many-requests-in-flight",
        "should-see-writes-of-another-connection-after-flush",
        "should-serve-clients-without-structured-replies",
        "should-list-and-inform-before-going",
        "should-refuse-an-unknown-export-and-accept-the-next",
        "should-know-only-base-allocation",
        "should-answer-requests-beyond-the-end",
        "should-refuse-bad-flags",
        "should-survive-requests-of-no-length",
        "should-disconnect-cleanly",
      })
  void shouldPassTheScript(String script) {
    run(script, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"should-refuse-changes-of-a-read-only-disk"})
  void shouldPassTheReadOnlyScript(String script) {
    run(script, readOnly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"should-refuse-unaligned-requests"})
  void shouldPassTheScriptOnLargeBlocks(String script) {
    run(script, coarse);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "should-read-back-what-was-written",
        "should-honour-fua-on-every-change",
        "should-zero-with-and-without-holes",
        "should-trim-and-report-a-hole",
        "should-cache-and-flush",
        "should-answer-many-requests-in-flight",
        "should-answer-requests-beyond-the-end",
      })
  void shouldPassTheScriptByIoUring(String script) {
    assumeTrue(ring != null, () -> "no io_uring here: " + IoUring.unavailabilityCause());
    run(script, ring);
  }

  private static Path made(String name) {
    Path made = directory.resolve(name);
    assertTrue(made.toFile().mkdir(), "directory made");
    return made;
  }

  private static void run(String script, Disk disk) {
    String uri = "uri = '%s'; export = '%s'".formatted(disk.uri(), Disk.EXPORT);
    Command.run("nbdsh", "-n", "-c", uri, "-c", load("prelude"), "-c", load(script)).succeeded();
  }

  /** A Python statement that runs a script so that a traceback names it. */
  private static String load(String script) {
    try {
      Path file = Path.of(NbdshTest.class.getResource("/nbdsh/" + script + ".py").toURI());
      return "exec(compile(open('%1$s').read(), '%1$s', 'exec'))".formatted(file);
    } catch (URISyntaxException cause) {
      throw new IllegalStateException(cause);
    }
  }
}
