package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TransactionTableTest {
  private final TransactionTable table = new TransactionTable();

  private Transaction enter(Opcode opcode, long count) {
    Transaction transaction = new Transaction().of(TestRequest.of(opcode, 0, count));
    table.enter(transaction);
    return transaction;
  }

  @Test
  void shouldGiveRisingIdsFromOne() {
    assertEquals(1, enter(Opcode.TRIM, 1).id);
    assertEquals(2, enter(Opcode.TRIM, 1).id);
    assertEquals(1, table.watermark());
  }

  @Test
  void shouldMoveTheWatermarkToTheLowestThatIsWaitedFor() {
    Transaction first = enter(Opcode.TRIM, 1);
    Transaction second = enter(Opcode.TRIM, 1);
    Transaction third = enter(Opcode.TRIM, 1);
    table.leave(second);
    assertEquals(1, table.watermark());
    table.leave(first);
    assertEquals(3, table.watermark());
    assertFalse(table.isEmpty());
    table.leave(third);
    assertEquals(4, table.watermark());
    assertTrue(table.isEmpty());
  }

  @Test
  void shouldTellTheAnsweredFromTheNeverSent() throws MalformedException {
    Transaction first = enter(Opcode.TRIM, 1);
    Transaction second = enter(Opcode.TRIM, 1);
    table.leave(first);
    assertNull(table.find(1));
    assertSame(second, table.find(2));
    for (long id : new long[] {0, -1, 3, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThrows(MalformedException.class, () -> table.find(id), "id " + id);
    }
  }

  @Test
  void shouldHaveRoomInsideWindowAndBytes() {
    assertTrue(table.hasRoomFor(1000, 1, 10), "one may be larger than all");
    Transaction read = enter(Opcode.READ, 8);
    assertFalse(table.hasRoomFor(0, 1, 10));
    assertTrue(table.hasRoomFor(2, 2, 10));
    assertFalse(table.hasRoomFor(3, 2, 10));
    enter(Opcode.TRIM, 1 << 20); // carries nothing
    assertTrue(table.hasRoomFor(2, 3, 10));
    table.leave(read);
    assertTrue(table.hasRoomFor(11, 3, 10));
  }

  @Test
  void shouldKeepTheOrderHoweverItGrows() throws MalformedException {
    Random random = new Random(20261122);
    Deque<Transaction> all = new ArrayDeque<>();
    for (int i = 0; i < 5000; i++) {
      if (all.isEmpty() || random.nextInt(3) > 0) {
        all.add(enter(Opcode.TRIM, 1));
      } else {
        Transaction gone = random.nextBoolean() ? all.removeFirst() : all.removeLast();
        table.leave(gone);
      }
    }
    List<Transaction> expected = new ArrayList<>(all);
    assertEquals(expected, new ArrayList<>(table.inOrder()));
    assertEquals(expected.getFirst().id, table.watermark());
    for (Transaction transaction : expected) {
      assertSame(transaction, table.find(transaction.id));
    }
  }
}
