package org.dst.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The end of a program that stays up. SIGTERM and SIGINT run what was registered and end the process
 * with exit code 0, which the JVM by itself would not.
 */
final class Lifetime {
  private static final AtomicBoolean ENDING = new AtomicBoolean();

  private Lifetime() {}

  /** Blocks until the process is told to stop; {@code stop} has run before it ends. */
  static void stayUp(Runnable stop) throws InterruptedException {
    onSignal(stop);
    new CountDownLatch(1).await();
  }

  /** Runs {@code stop} when the process is told to stop, before it ends with exit code 0. */
  static void onSignal(Runnable stop) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (ENDING.compareAndSet(false, true)) {
                    stop.run();
                    Runtime.getRuntime().halt(ExitCode.OK.code());
                  }
                },
                "dst-stop"));
  }

  /** Ends the process by its own will. */
  static void exit(int code) {
    if (ENDING.compareAndSet(false, true)) {
      System.exit(code);
    }
  }
}
