package org.dst.server.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dst.server.store.StoreInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreSizeTest {
  private static final long BEFORE = 1 << 20;
  private static final long CUT = 1 << 16;

  private StoreSize size;

  @BeforeEach
  void create() {
    StoreInfo info =
        new StoreInfo("file", "/srv/disk.img", BEFORE, 1, 4096, false, false, true, true);
    size = new StoreSize(info, Long.MAX_VALUE);
  }

  @Test
  void shouldFollowGrowthByItself() {
    assertEquals(2 * BEFORE, size.measured(2 * BEFORE, size.cuts()));
    assertEquals(2 * BEFORE, size.end());
  }

  @Test
  void shouldNotTakeALossOverByItself() {
    assertEquals(CUT, size.measured(CUT, size.cuts()));
    assertEquals(BEFORE, size.end());
  }

  @Test
  void shouldNotBelieveASizeThatWasMeasuredBeforeACutHadBegun() {
    int before = size.cuts();
    size.beginCut(CUT);
    assertEquals(CUT, size.measured(BEFORE, before));
    size.endCut();
    assertEquals(CUT, size.measured(BEFORE, before));
    assertEquals(CUT, size.end());
  }

  @Test
  void shouldNotBelieveASizeThatWasMeasuredDuringACut() {
    size.beginCut(CUT);
    int during = size.cuts();
    size.endCut();
    assertEquals(CUT, size.measured(BEFORE, during));
    assertEquals(CUT, size.end());
  }

  @Test
  void shouldNotBelieveASizeThatWasMeasuredBeforeALossWasTakenOver() {
    int before = size.cuts();
    size.cutTo(CUT);
    assertEquals(CUT, size.measured(BEFORE, before));
    assertEquals(CUT, size.end());
  }

  @Test
  void shouldGrowBackIfNothingWasCutOff() {
    size.beginCut(CUT);
    size.endCut();
    assertEquals(BEFORE, size.measured(BEFORE, size.cuts()));
    assertEquals(BEFORE, size.end());
  }
}
