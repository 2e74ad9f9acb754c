package org.dst.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.dst.cli.command.ExitCode;

/** A command line, run in this process, and what it printed. Not for commands that stay up. */
record CommandLineRun(int exit, String out, String err) {

  static CommandLineRun dst(String... arguments) {
    return run(DstMain.class, arguments);
  }

  static CommandLineRun dstd(String... arguments) {
    return run(DstdMain.class, arguments);
  }

  private static CommandLineRun run(Class<?> program, String... arguments) {
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      Object command = program == DstMain.class ? new DstMain() : new DstdMain();
      int exit = new Program(command).execute(arguments);
      return new CommandLineRun(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
    }
  }

  /** Fails unless the end was an error of that kind, told in one line that contains the texts. */
  void complained(ExitCode code, String... texts) {
    assertEquals(code.code(), exit, this::toString);
    assertEquals("", out, "standard output");
    assertEquals(1, err.lines().count(), this::toString);
    assertTrue(err.startsWith("dst: ") || err.startsWith("dstd: "), this::toString);
    for (String text : texts) {
      assertTrue(err.contains(text), () -> "no '" + text + "' in " + this);
    }
  }
}
