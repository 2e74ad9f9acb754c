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
    ExtentMerger merger = new ExtentMerger(0, 100, 1, 10);
    merger.dataUntil(10);
    merger.dataUntil(20);
    merger.holeUntil(50);
    merger.holeUntil(60);
    merger.dataUntil(200);
    assertTrue(merger.isFull());
    assertEquals(
        List.of(new Extent(20, 0), new Extent(40, HOLE), new Extent(40, 0)), merger.extents());
  }

  @Test
  void shouldStopAtTheMostAfterTheLastOneIsWhole() {
    ExtentMerger merger = new ExtentMerger(0, 100, 1, 1);
    merger.dataUntil(10);
    assertFalse(merger.isFull());
    merger.dataUntil(20);
    merger.holeUntil(30);
    assertTrue(merger.isFull());
    assertEquals(List.of(new Extent(20, 0)), merger.extents());
  }

  @Test
  void shouldCountABlockAsDataIfSomeOfItIs() {
    ExtentMerger merger = new ExtentMerger(0, 4096, 512, 10);
    merger.holeUntil(1000);
    assertEquals(512, merger.position());
    merger.holeUntil(1000);
    assertEquals(1024, merger.position());
    merger.dataUntil(1100);
    assertEquals(1536, merger.position());
    merger.holeUntil(Long.MAX_VALUE);
    assertTrue(merger.isFull());
    assertEquals(
        List.of(new Extent(512, HOLE), new Extent(1024, 0), new Extent(2560, HOLE)),
        merger.extents());
  }

  @Test
  void shouldMoveOnWhenDataVanishesBetweenTwoLooks() {
    ExtentMerger merger = new ExtentMerger(0, 4096, 1, 10);
    merger.dataUntil(0);
    assertEquals(1, merger.position());
  }
}
