package org.dst.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Ends a long-running program. SIGTERM and SIGINT run the registered action and end the process
 * with its exit code, which the JVM on its own would not.
 */
public final class ProgramLifecycle {
  private static final AtomicBoolean ENDING = new AtomicBoolean();

  private ProgramLifecycle() {}

  /** Blocks until a signal stops the process. */
  public static void stayUp() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /** Runs {@code stop} on SIGTERM or SIGINT, then ends the process with exit code 0. */
  public static void onSignal(Runnable stop) {
    onSignalEnd(
        () -> {
          stop.run();
          return ExitCode.OK;
        });
  }

  /** The same for a {@code stop} that returns the exit code. */
  public static void onSignalEnd(Supplier<ExitCode> stop) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (ENDING.compareAndSet(false, true)) {
                    Runtime.getRuntime().halt(stop.get().code());
                  }
                },
                "dst-stop"));
  }

  /** Ends the process from within. */
  public static void exit(int code) {
    if (ENDING.compareAndSet(false, true)) {
      System.exit(code);
    }
  }
}
