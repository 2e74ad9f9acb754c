package org.dst.client.kernel;

/**
 * The pause between two polls of files in {@code /sys}, which send no notification when they
 * change. For threads that may block and have no event loop; nothing else in this module sleeps.
 */
final class PollInterval {
  private PollInterval() {}

  static void ofMillis(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }
}
