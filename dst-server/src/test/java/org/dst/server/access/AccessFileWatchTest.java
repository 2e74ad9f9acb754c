package org.dst.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.testing.ExpectedErrors;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Watch.class)
@Timeout(30)
class AccessFileWatchTest {
  @TempDir Path directory;
  private Path file;
  private AccessFileWatch watch;
  private long clock;
  private final List<String> taken = new ArrayList<>();

  @BeforeEach
  void read() throws IOException {
    file = directory.resolve("access");
    write("disk: ro");
    watch = new AccessFileWatch(file, List.of("disk"), rules -> taken.add(text(rules)));
    assertEquals("ro", text(watch.read()));
  }

  private static String text(Map<String, AccessRules> rules) {
    return rules.get("disk").toString();
  }

  /** Each content is a second younger than the one before, however fast the test is. */
  private void write(String content) throws IOException {
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + 1000 * clock++));
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      watch.look();
    }
  }

  @Test
  void shouldTakeAChangeOnceItHasSettledAndOnlyOnce() throws IOException {
    look(5);
    assertEquals(List.of(), taken);
    write("disk: rw");
    look(1);
    assertEquals(List.of(), taken, "it may be half written");
    look(5);
    assertEquals(List.of("rw"), taken);
  }

  @Test
  void shouldNotTakeAFileThatIsBeingWritten() throws IOException {
    write("");
    look(1);
    write("disk: ");
    look(1);
    write("disk: ro 10.0.0.1");
    look(1);
    assertEquals(List.of(), taken);
    look(1);
    assertEquals(List.of("ro 10.0.0.1"), taken);
  }

  @Test
  void shouldSeeAFileThatWasPutInItsPlaceWithTheSameSizeAndTime() throws IOException {
    Path other = Files.writeString(directory.resolve("new"), "disk: rw");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    look(2);
    assertEquals(List.of("rw"), taken);
  }

  @Test
  @ExpectedErrors("rules that make no sense or cannot be read")
  void shouldKeepTheRulesWhenTheFileMakesNoSenseOrIsMissing() throws IOException {
    write("disk: ro\ndisk: kee=x");
    look(3);
    Files.delete(file);
    look(3);
    write("disk: ro\ndisk: \ufffd");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    look(3);
    write("#".repeat(1 << 21));
    look(3);
    assertEquals(List.of(), taken);
    write("disk: rw");
    look(2);
    assertEquals(List.of("rw"), taken);
  }

  @Test
  @ExpectedErrors("rules that make no sense or cannot be read")
  void shouldNotTakeRulesThatEverybodyMayChange() throws IOException {
    write("disk: rw");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
    look(3);
    assertEquals(List.of(), taken);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    look(2);
    assertEquals(List.of("rw"), taken);
  }

  @Test
  void shouldSayAtTheStartWhatIsWrong() throws IOException {
    write("disk: ro\ndisk: kee=x");
    var wrong = assertThrows(IllegalArgumentException.class, watch::read);
    assertTrue(wrong.getMessage().startsWith(file + ", line 2: access rule"), wrong.getMessage());
    Files.delete(file);
    assertEquals(file + " is missing", assertThrows(IOException.class, watch::read).getMessage());
  }

  @Test
  void shouldLookByItself() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    try (var own = new AccessFileWatch(file, List.of("disk"), rules -> told.add(text(rules)))) {
      own.read();
      own.start();
      write("disk: rw");
      assertEquals("rw", told.poll(20, TimeUnit.SECONDS));
    }
  }
}
