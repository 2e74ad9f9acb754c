package org.dst.system.tamper;

import io.netty.util.ResourceLeakDetector;

/**
 * While it is open, leaks are looked for in a sample of buffers: where there are so many of them
 * that none of the leaks stays unseen, and that recording every access would be most of the work.
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
