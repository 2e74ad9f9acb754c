package org.dst.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The end of a program that stays up. SIGTERM and SIGINT run what was registered and end the
 * process with exit code 0, or the one that says what is left behind, which the JVM by itself would
 * not.
 */
public final class ProgramLifecycle {
  private static final AtomicBoolean ENDING = new AtomicBoolean();

  private ProgramLifecycle() {}

  /** Blocks until the process is told to stop. */
  public static void stayUp() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /** Runs {@code stop} when the process is told to stop, before it ends with exit code 0. */
  public static void onSignal(Runnable stop) {
    onSignalEnd(
        () -> {
          stop.run();
          return ExitCode.OK;
        });
  }

  /** The same for a {@code stop} that knows with which exit code the process ends. */
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

  /** Ends the process by its own will. */
  public static void exit(int code) {
    if (ENDING.compareAndSet(false, true)) {
      System.exit(code);
    }
  }
}
