package org.dst.system.tamper;

import io.netty.util.ResourceLeakDetector;

/**
 * Samples buffers for leaks while it is open, instead of tracking each one: with so many buffers no
 * leak escapes, and full tracking would be most of the work.
 */
final class LeakSampling implements AutoCloseable {
  private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

  LeakSampling() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
  }

  @Override
  public void close() {
    ResourceLeakDetector.setLevel(before);
  }
}
