package org.dst.client.kernel;

/**
 * Waits between two looks at the kernel's files in {@code /sys}, which tell nobody when they
 * change. For threads that may block, and have no event loop; the only place of this room that
 * sleeps.
 */
final class PollInterval {
  private PollInterval() {}

  static void ofMillis(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }
}
