package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dst.client.link.ServerAddress;
import org.junit.jupiter.api.Test;

class AddressRotationTest {
  private static final ServerAddress A = new ServerAddress("a", 1);
  private static final ServerAddress B = new ServerAddress("b", 1);
  private static final ServerAddress C = new ServerAddress("c", 1);

  @Test
  void shouldTakeEachInTurnWhileNoneIsKnownToWork() {
    AddressRotation turn = new AddressRotation(List.of(A, B, C));
    assertEquals(List.of(A, B), List.of(turn.next(), turn.next()));
    assertFalse(turn.isRoundOver());
    assertEquals(C, turn.next());
    assertTrue(turn.isRoundOver());
    assertEquals(A, turn.next());
  }

  @Test
  void shouldTakeTheOneThatWorkedEveryOtherTime() {
    AddressRotation turn = new AddressRotation(List.of(A, B, C));
    assertEquals(A, turn.next());
    assertEquals(B, turn.next());
    turn.reached(B);
    for (int i = 0; i < 3; i++) {
      assertEquals(
          List.of(B, C, B, A), List.of(turn.next(), turn.next(), turn.next(), turn.next()));
    }
    turn.reached(A);
    assertEquals(List.of(A, B, A, C), List.of(turn.next(), turn.next(), turn.next(), turn.next()));
  }

  @Test
  void shouldBeContentWithOneAddress() {
    AddressRotation turn = new AddressRotation(List.of(A));
    assertEquals(A, turn.next());
    assertTrue(turn.isRoundOver());
    turn.reached(A);
    assertEquals(List.of(A, A, A), List.of(turn.next(), turn.next(), turn.next()));
  }
}
