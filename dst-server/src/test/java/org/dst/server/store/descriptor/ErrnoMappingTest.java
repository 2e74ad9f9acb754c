package org.dst.server.store.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.dst.platform.syscall.Errno;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.Test;

class ErrnoMappingTest {
  @Test
  void shouldTellTheRequesterWhatTheSystemHasSaid() {
    Map<Integer, Status> expected =
        Map.of(
            Errno.EIO, Status.IO_ERROR,
            Errno.ENXIO, Status.IO_ERROR,
            Errno.ENODEV, Status.IO_ERROR,
            Errno.ENOSPC, Status.NO_SPACE,
            Errno.EDQUOT, Status.NO_SPACE,
            Errno.EFBIG, Status.NO_SPACE,
            Errno.ENOMEM, Status.NO_MEMORY,
            Errno.EROFS, Status.NOT_PERMITTED,
            Errno.EINVAL, Status.INVALID);
    expected.forEach(
        (errno, status) -> {
          StoreException failure = ErrnoMapping.range("write", 4096, 512, "disk", -errno);
          assertEquals(status, failure.status(), failure.getMessage());
          assertTrue(failure.getMessage().contains(Errno.describe(errno)), failure.getMessage());
        });
  }

  @Test
  void shouldBlameTheStorageForItsOwnErrorsOnly() {
    assertTrue(ErrnoMapping.whole("sync", "disk", -Errno.EIO).isOfStorage());
    assertTrue(ErrnoMapping.range("write", 0, 1, "disk", -Errno.EDQUOT).isOfStorage());
    assertTrue(ErrnoMapping.truncated(0, 4096, "disk", 17).isOfStorage());
    assertFalse(ErrnoMapping.range("trim", 0, 1, "disk", -Errno.EOPNOTSUPP).isOfStorage());
    assertFalse(new StoreException(Status.NO_SPACE, "behind the end").isOfStorage());
  }
}
