package org.dst.server.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dst.server.medium.Mark;
import org.dst.server.medium.MediumMarks;
import org.dst.server.session.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A state directory whose time passes by a second an opening, and what it logs. */
@Timeout(20)
abstract class StateDirectorySetup {
  static final String DISK = "/srv/disk.img";
  static final Lease LEASE =
      new Lease(7, "ab12", "the client", Instant.parse("2026-03-04T05:06:07Z"));

  private final Logger log = (Logger) LoggerFactory.getLogger(StoreRecognition.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Instant now = Instant.parse("2026-03-05T00:00:00Z");

  @TempDir Path parent;
  Path path;
  StateDirectory directory;

  @BeforeEach
  final void name() {
    path = parent.resolve("made/when/needed");
    directory = new StateDirectory(path, this::later);
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  final void stopReading() {
    log.detachAppender(lines);
  }

  final Instant later() {
    now = now.plusSeconds(1);
    return now;
  }

  /** A file on a file system that keeps everything. */
  static MediumMarks medium(int inode) {
    return new MediumMarks(
        Map.of(
            Mark.KIND,
            "file",
            Mark.FS_UUID,
            "u1",
            Mark.INODE,
            Integer.toString(inode),
            Mark.BIRTH,
            "2026-01-01T00:00:00.00000000" + inode + "Z"));
  }

  /** A device that nothing is known of. */
  static MediumMarks unmarked(int size) {
    return new MediumMarks(
        Map.of(Mark.KIND, "device", Mark.BLOCK, "512", Mark.SIZE, Integer.toString(size)));
  }

  static MarkedStore store(String path, MediumMarks marks) {
    return new MarkedStore(path, false, true, marks);
  }

  /** Opens a store and gives it back. */
  final UUID identityOf(String export, MarkedStore store) throws IOException {
    try (LockedRecord file = directory.open(export, store)) {
      return file.record().identity();
    }
  }

  /** What was logged as a warning so far; may be cleared. */
  final List<ILoggingEvent> warnings() {
    lines.list.removeIf(event -> event.getLevel() != Level.WARN);
    return lines.list;
  }

  final String onlyWarning() {
    assertEquals(1, warnings().size(), warnings()::toString);
    return warnings().getFirst().getFormattedMessage();
  }
}
