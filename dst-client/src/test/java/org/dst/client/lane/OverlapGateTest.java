package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OverlapGateTest {
  private final OverlapGate gate = new OverlapGate();

  private static Transaction of(Opcode opcode, long offset, long count) {
    return new Transaction().of(TestRequest.of(opcode, offset, count));
  }

  private static Transaction trim(long offset, long count) {
    return of(Opcode.TRIM, offset, count);
  }

  private List<Transaction> settled(Transaction transaction) {
    List<Transaction> freed = new ArrayList<>();
    gate.settled(transaction, freed);
    return freed;
  }

  private List<Transaction> reopen() {
    List<Transaction> freed = new ArrayList<>();
    gate.reopen(freed);
    return freed;
  }

  @Test
  void shouldFreeOverlappingChangesOneAfterTheOtherInTheirOrder() {
    Transaction first = trim(0, 10);
    Transaction second = trim(5, 10);
    Transaction third = trim(12, 10);
    Transaction fourth = trim(0, 30);
    assertTrue(gate.admit(first));
    assertFalse(gate.admit(second));
    assertFalse(gate.admit(third), "it overlaps one that is held");
    assertFalse(gate.admit(fourth));
    assertEquals(List.of(second), settled(first));
    assertEquals(List.of(third), settled(second));
    assertEquals(List.of(fourth), settled(third));
    assertEquals(List.of(), settled(fourth));
  }

  @Test
  void shouldFreeSeveralAtOnceInTheirOrder() {
    Transaction first = trim(0, 100);
    Transaction second = trim(50, 10);
    Transaction third = trim(10, 10);
    gate.admit(first);
    gate.admit(second);
    gate.admit(third);
    assertEquals(List.of(second, third), settled(first));
  }

  @Test
  void shouldNotHoldBackNeighboursReadsAndFlushes() {
    gate.admit(trim(10, 10));
    assertTrue(gate.admit(trim(0, 10)));
    assertTrue(gate.admit(trim(20, 10)));
    assertTrue(gate.admit(of(Opcode.READ, 10, 10)));
    assertTrue(gate.admit(of(Opcode.FLUSH, 0, 0)));
  }

  @Test
  void shouldFreeTheFollowersOfAHeldChangeThatIsGivenUp() {
    Transaction first = trim(0, 10);
    Transaction second = trim(5, 10);
    Transaction third = trim(12, 10);
    gate.admit(first);
    gate.admit(second);
    gate.admit(third);
    assertEquals(List.of(third), settled(second));
    assertEquals(List.of(), settled(first), "what was given up does not come back");
  }

  @Test
  void shouldCloseTheRangeOfAFailedChangeForEverything() {
    Transaction failed = trim(10, 10);
    gate.admit(failed);
    gate.close(failed);
    assertEquals(List.of(), settled(failed));
    assertTrue(gate.hasClosed());
    Transaction over = trim(15, 10);
    Transaction read = of(Opcode.READ, 19, 1);
    assertFalse(gate.admit(over));
    assertFalse(gate.admit(read));
    assertTrue(gate.admit(of(Opcode.READ, 20, 1)));
    assertTrue(gate.admit(of(Opcode.FLUSH, 0, 0)));
    assertEquals(List.of(over, read), reopen());
    assertFalse(gate.hasClosed());
    assertTrue(gate.admit(of(Opcode.READ, 19, 1)));
  }

  @Test
  void shouldKeepAFollowerOfAFailedChangeUntilTheRangeIsOpenAgain() {
    Transaction failed = trim(10, 10);
    Transaction follower = trim(0, 20);
    gate.admit(failed);
    gate.admit(follower);
    gate.close(failed);
    assertEquals(List.of(), settled(failed));
    assertEquals(List.of(follower), reopen());
  }

  @Test
  void shouldKeepTheOrderWhenARangeIsOpenedAgain() {
    Transaction running = trim(0, 10);
    Transaction failed = trim(10, 10);
    Transaction held = trim(5, 10);
    gate.admit(running);
    gate.admit(failed);
    gate.admit(held);
    gate.close(failed);
    settled(failed);
    assertEquals(List.of(), reopen(), "an earlier change still runs");
    assertEquals(List.of(held), settled(running));
  }
}
