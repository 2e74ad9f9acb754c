package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The model that judges the outage tests must detect wrong contents. */
@Timeout(30)
class BlockModelTest {
  private final BlockModel model = new BlockModel(8);

  @Test
  void shouldFindAStaleAMisplacedAndALostBlock() {
    write(2, 1);
    write(2, 2);
    model.check(2, BlockModel.contents(2, 1, 2));
    assertWrong(2, BlockModel.contents(2, 1, 1));
    assertWrong(2, BlockModel.contents(3, 1, 2));
    assertWrong(2, new byte[BlockModel.BLOCK]);
  }

  @Test
  void shouldFindABlockThatNobodyWrote() {
    model.check(0, new byte[8 * BlockModel.BLOCK]);
    assertWrong(5, BlockModel.contents(5, 1, 1));
  }

  @Test
  void shouldTakeEitherVersionOfAnUnansweredWriteButNoChangeAfterwards() {
    write(1, 1);
    model.issued(1, 1, 2);
    assertTrue(!model.isFree(1, 1), "another write may not meet it");
    model.check(1, BlockModel.contents(1, 1, 1));
    assertWrong(1, BlockModel.contents(1, 1, 2));
    model.issued(1, 1, 3);
    model.check(1, BlockModel.contents(1, 1, 3));
    assertWrong(1, BlockModel.contents(1, 1, 1));
  }

  private void write(int block, long version) {
    model.issued(block, 1, version);
    model.acknowledged(block, 1, version);
  }

  private void assertWrong(int block, byte[] read) {
    assertThrows(AssertionError.class, () -> model.check(block, read));
  }
}
