package org.dst.system.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dst.system.durability.DurabilityChecker.Sent;
import org.junit.jupiter.api.Test;

/** The checker must fail on traces of io_uring servers that lie. */
class RingTraceTest {
  private static final int LOOP = 11;
  private static final int POOL = 12;
  private static final int STRANGER = 99;
  private static final int REPLY = 48;
  private static final Sent WRITE = Sent.write(1, 8192, 4096, false);
  private static final Sent DURABLE = Sent.write(1, 8192, 4096, true);
  private static final Sent FLUSH = Sent.flush(2, List.of(WRITE));

  private final List<String> lines = new ArrayList<>();

  private void line(String name, int thread, String text) {
    lines.add("%16s-%d [001] .N... %12d: %s".formatted(name, thread, lines.size(), text));
  }

  private void submit(int thread, String request, String opcode) {
    line(
        "dst-link-3-1",
        thread,
        "io_uring_submit_req: ring 00c1, req %s, user_data 0x2, opcode %s, flags 0x10, sq_thread 0"
            .formatted(request, opcode));
  }

  private void complete(String request, long result) {
    line(
        "iou-wrk-11",
        77,
        "io_uring_complete: ring 00c1, req %s, user_data 0x2, result %d, cflags 0x0 extra1 0 extra2 0 "
            .formatted(request, result));
  }

  private void write(long offset, int length) {
    line(
        "iou-wrk-11",
        77,
        "ext4_da_write_end: dev 254,0 ino 5 pos %d len %d copied %d"
            .formatted(offset, length, length));
  }

  private void durableWrite(long offset, int length, int flags) {
    line(
        "dst-io-1",
        POOL,
        "sys_pwritev2(fd: 0x4a, vec: 0x7fc6, vlen: 1, pos_l: 0x%x, pos_h: 0, flags: %x)"
            .formatted(offset, flags));
    write(offset, length);
    line("dst-io-1", POOL, "sys_pwritev2 -> 0x%x".formatted(length));
  }

  private void send(int bytes) {
    submit(LOOP, "00aa", "SEND");
    complete("00aa", bytes);
  }

  private RingTrace read() {
    return RingTrace.read(lines, Set.of((long) LOOP, (long) POOL));
  }

  /** With answers in the order of their ids, each of which is a header long. */
  private List<String> violations(Sent... sent) {
    Map<Long, Long> positions = Map.of(1L, 0L, 2L, (long) REPLY);
    return new DurabilityChecker(read().evidence(positions)).violations(List.of(sent));
  }

  private void requireOne(String text, Sent... sent) {
    List<String> found = violations(sent);
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().contains(text), found::toString);
  }

  @Test
  void shouldBelieveAServerThatSyncsBeforeItAnswers() {
    lines.add("# tracer: nop");
    write(8192, 4096);
    send(REPLY);
    submit(LOOP, "00bb", "FSYNC");
    submit(LOOP, "00cc", "TIMEOUT");
    complete("00bb", 0);
    submit(LOOP, "00aa", "WRITEV");
    complete("00aa", REPLY);
    assertEquals(List.of(), violations(WRITE, FLUSH));
    assertEquals(2 * REPLY, read().sent());
  }

  @Test
  void shouldBelieveADurableWriteOfThePool() {
    durableWrite(8192, 4096, 2);
    send(REPLY);
    assertEquals(List.of(), violations(DURABLE));
  }

  @Test
  void shouldFindAnAnswerThatIsGivenToTheRingBeforeTheSyncEnds() {
    write(8192, 4096);
    send(REPLY);
    submit(LOOP, "00bb", "FSYNC");
    submit(LOOP, "00aa", "SEND");
    complete("00bb", 0);
    complete("00aa", REPLY);
    requireOne("flush 2 was answered at line 4 before", WRITE, FLUSH);
  }

  /** Both answers leave in one send, of which the first part is taken before the sync. */
  @Test
  void shouldFindAnAnswerThatLeavesWithAnother() {
    write(8192, 4096);
    send(REPLY + 1);
    submit(LOOP, "00bb", "FSYNC");
    complete("00bb", 0);
    send(REPLY - 1);
    requireOne("flush 2 was answered at line 1 before", WRITE, FLUSH);
  }

  @Test
  void shouldNotCountASyncThatFailedOrBeganTooEarlyOrIsOfSomebodyElse() {
    submit(LOOP, "00bb", "FSYNC");
    write(8192, 4096);
    complete("00bb", 0);
    send(REPLY);
    submit(LOOP, "00bb", "FSYNC");
    complete("00bb", -5);
    submit(STRANGER, "00bb", "FSYNC");
    complete("00bb", 0);
    send(REPLY);
    requireOne("flush 2", WRITE, FLUSH);
  }

  @Test
  void shouldFindAWriteOfThePoolThatIsNotDurable() {
    durableWrite(8192, 4096, 8);
    send(REPLY);
    requireOne("before it was durable", DURABLE);
  }

  @Test
  void shouldMissAnAnswerThatIsNotInTheTrace() {
    durableWrite(8192, 4096, 2);
    requireOne("no good answer", DURABLE);
  }

  @Test
  void shouldNotGuessWhatItDoesNotKnow() {
    line("dst-link-3-1", LOOP, "io_uring_submit_req: something new");
    assertThrows(AssertionError.class, this::read);
  }
}
