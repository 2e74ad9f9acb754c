package org.dst.server.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dst.protocol.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ExtentMergerTest {
  private static final int HOLE = Extent.HOLE | Extent.ZERO;

  @Test
  void shouldMergeNeighboursOfOneState() {
    ExtentMerger run = new ExtentMerger(0, 100, 1, 10);
    run.dataUntil(10);
    run.dataUntil(20);
    run.holeUntil(50);
    run.holeUntil(60);
    run.dataUntil(200);
    assertTrue(run.isFull());
    assertEquals(
        List.of(new Extent(20, 0), new Extent(40, HOLE), new Extent(40, 0)), run.extents());
  }

  @Test
  void shouldStopAtTheMostAfterTheLastOneIsWhole() {
    ExtentMerger run = new ExtentMerger(0, 100, 1, 1);
    run.dataUntil(10);
    assertFalse(run.isFull());
    run.dataUntil(20);
    run.holeUntil(30);
    assertTrue(run.isFull());
    assertEquals(List.of(new Extent(20, 0)), run.extents());
  }

  @Test
  void shouldCountABlockAsDataIfSomeOfItIs() {
    ExtentMerger run = new ExtentMerger(0, 4096, 512, 10);
    run.holeUntil(1000);
    assertEquals(512, run.position());
    run.holeUntil(1000);
    assertEquals(1024, run.position());
    run.dataUntil(1100);
    assertEquals(1536, run.position());
    run.holeUntil(Long.MAX_VALUE);
    assertTrue(run.isFull());
    assertEquals(
        List.of(new Extent(512, HOLE), new Extent(1024, 0), new Extent(2560, HOLE)), run.extents());
  }

  @Test
  void shouldMoveOnWhenDataVanishesBetweenTwoLooks() {
    ExtentMerger run = new ExtentMerger(0, 4096, 1, 10);
    run.dataUntil(0);
    assertEquals(1, run.position());
  }
}
