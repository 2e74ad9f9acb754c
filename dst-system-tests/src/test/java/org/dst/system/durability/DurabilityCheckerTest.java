package org.dst.system.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.dst.protocol.Opcode;
import org.dst.system.durability.DurabilityChecker.Sent;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.Test;

/** The checker must fail on traces of servers that lie. */
class DurabilityCheckerTest {
  private static final String FILE = "/srv/disk";
  private static final Sent WRITE = Sent.write(1, 8192, 4096, false);
  private static final Sent DURABLE = Sent.write(1, 8192, 4096, true);
  private static final Sent FLUSH = Sent.flush(2, List.of(WRITE));

  private final List<String> lines = new ArrayList<>();

  private static String hex(byte[] bytes) {
    return HexFormat.of().withPrefix("\\x").formatHex(bytes);
  }

  private static String fd(String path) {
    return "9<" + hex(path.getBytes(StandardCharsets.UTF_8)) + ">";
  }

  private void line(String thread, String text) {
    lines.add(thread + " " + text);
  }

  private void write(long offset, int length) {
    line(
        "11",
        "pwrite64(%s, \"\\x00\"..., %d, %d) = %d".formatted(fd(FILE), length, offset, length));
  }

  private void durableWrite(long offset, int length, String flags) {
    line(
        "11",
        "pwritev2(%s, [{iov_base=\"\\x00\"..., iov_len=%d}], 1, %d, %s) = %d"
            .formatted(fd(FILE), length, offset, flags, length));
  }

  private void sync(String path, String result) {
    line("12", "fdatasync(%s) = %s".formatted(fd(path), result));
  }

  private void beginSync() {
    line("12", "fdatasync(%s <unfinished ...>".formatted(fd(FILE)));
  }

  private void endSync() {
    line("12", "<... fdatasync resumed>)        = 0");
  }

  private void reply(long... ids) {
    StringBuilder bytes = new StringBuilder();
    for (long id : ids) {
      bytes.append(hex(RawDst.bytes(Opcode.REPLY, id, header -> {}, out -> {})));
    }
    int length = bytes.length() / 4;
    String socket = fd("socket:[77]");
    line("11", "write(%s, \"%s\", %d) = %d".formatted(socket, bytes, length, length));
  }

  private List<String> violations(Sent... sent) {
    return new DurabilityChecker(Evidence.of(SyscallTrace.parse(lines), FILE))
        .violations(List.of(sent));
  }

  private void requireNone(Sent... sent) {
    assertEquals(List.of(), violations(sent));
  }

  private void requireOne(String text, Sent... sent) {
    List<String> found = violations(sent);
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().contains(text), found::toString);
  }

  @Test
  void shouldBelieveAServerThatSyncsBeforeItAnswers() {
    write(8192, 4096);
    reply(1);
    beginSync();
    reply(7);
    endSync();
    reply(2);
    requireNone(WRITE, FLUSH);
  }

  @Test
  void shouldBelieveDurableWritesInPiecesAndSyncedOnes() {
    durableWrite(8192, 1024, "RWF_DSYNC");
    write(9216, 3072);
    sync(FILE, "0");
    reply(1);
    requireNone(DURABLE);
  }

  @Test
  void shouldFindAFlushThatIsAnsweredBeforeItsSyncEnds() {
    write(8192, 4096);
    reply(1);
    beginSync();
    reply(2);
    endSync();
    requireOne("flush 2 was answered at line 3 before", WRITE, FLUSH);
  }

  /** Both answers leave in one batch, before the sync. */
  @Test
  void shouldFindAFlushThatIsAnsweredInABatch() {
    write(8192, 4096);
    reply(1, 2);
    sync(FILE, "0");
    requireOne("flush 2 was answered", WRITE, FLUSH);
  }

  @Test
  void shouldNotCountASyncThatFailed() {
    write(8192, 4096);
    reply(1);
    sync(FILE, "-1 EIO (Input/output error)");
    reply(2);
    requireOne("flush 2", WRITE, FLUSH);
  }

  @Test
  void shouldNotCountASyncThatBeganBeforeTheWriteHadEnded() {
    beginSync();
    write(8192, 4096);
    reply(1);
    endSync();
    reply(2);
    requireOne("flush 2", WRITE, FLUSH);
  }

  @Test
  void shouldNotCountTheSyncOfAnotherFile() {
    write(8192, 4096);
    reply(1);
    sync("/srv/other", "0");
    reply(2);
    requireOne("flush 2", WRITE, FLUSH);
  }

  @Test
  void shouldFindADurableWriteThatIsNone() {
    durableWrite(8192, 4096, "RWF_NOWAIT");
    reply(1);
    requireOne("before it was durable", DURABLE);
  }

  @Test
  void shouldFindADurableWriteOfWhichAPieceIsMissing() {
    durableWrite(8192, 4095, "RWF_DSYNC");
    reply(1);
    durableWrite(12287, 1, "RWF_DSYNC");
    requireOne("before it was durable", DURABLE);
  }

  @Test
  void shouldFindAnAnswerWhoseBeginningLeftTooEarly() {
    String frame = hex(RawDst.bytes(Opcode.REPLY, 1, header -> {}, out -> {}));
    String socket = fd("socket:[77]");
    line("11", "write(%s, \"%s\", 48) = 20".formatted(socket, frame));
    durableWrite(8192, 4096, "RWF_DSYNC");
    line("11", "write(%s, \"%s\", 28) = 28".formatted(socket, frame.substring(4 * 20)));
    requireOne("before it was durable", DURABLE);
  }

  @Test
  void shouldMissAnAnswerThatIsNotInTheTrace() {
    durableWrite(8192, 4096, "RWF_DSYNC");
    requireOne("no good answer", DURABLE);
  }

  @Test
  void shouldNotGuessWhatStraceHasCut() {
    line("11", "write(%s, \"\\xd5\"..., 48) = 48".formatted(fd("socket:[77]")));
    assertThrows(AssertionError.class, () -> violations(WRITE));
  }
}
