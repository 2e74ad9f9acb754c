package org.dst.server.store.open;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.dst.server.store.Ranges;

/** The memory available to this machine or container. */
final class AvailableMemory {
  private static final int UNIT = 1 << 20;

  private AvailableMemory() {}

  /** Half of it in bytes, in whole MiB, at least one. */
  static long half() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return Math.max(UNIT, Ranges.down(system.getTotalMemorySize() / 2, UNIT));
  }
}
