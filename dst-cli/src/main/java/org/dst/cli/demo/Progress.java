package org.dst.cli.demo;

import java.io.PrintStream;

/** A progress bar on a terminal, or a line per quarter elsewhere. One thread. */
final class Progress {
  private static final int WIDTH = 40;

  private final PrintStream out;
  private final boolean terminal;
  private String step;
  private long total;
  private int shown;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Begins a step of {@code total} bytes, which is more than 0. */
  void start(String step, long total) {
    this.step = step;
    this.total = total;
    shown = -1;
    at(0);
  }

  /** Shows that {@code done} bytes of the step are done. */
  void at(long done) {
    int percent = (int) (100 * done / total);
    if (percent == shown) {
      return;
    }
    shown = percent;
    if (terminal) {
      int full = percent * WIDTH / 100;
      String bar = "#".repeat(full) + "-".repeat(WIDTH - full);
      out.printf("\r  %-10s [%s] %3d%%", step, bar, percent);
      out.flush();
    } else if (percent % 25 == 0) {
      out.printf("  %-10s %3d%%%n", step, percent);
    }
  }

  /** Ends the step. */
  void end() {
    if (terminal) {
      out.println();
    }
  }
}
