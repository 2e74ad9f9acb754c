package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that runs in the background of a test until it is closed. It announces on standard
 * output that it is up; a thread drains that output, so the program never blocks on writing.
 */
public final class Daemon implements AutoCloseable {
  private static final int READY_SECONDS = 30;
  private static final int STOP_SECONDS = 20;
  private static final long POLL_NANOS = 20_000_000;

  private final List<String> command;
  private final Process process;
  private final Path err;
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();

  private Daemon(List<String> command, Process process, Path err) {
    this.command = command;
    this.process = process;
    this.err = err;
  }

  /** Starts a program and waits until a line of its standard output matches {@code ready}. */
  public static Daemon start(List<String> command, Pattern ready) {
    return start(command, Map.of(), ready);
  }

  /** The same with additions to the environment. */
  static Daemon start(List<String> command, Map<String, String> environment, Pattern ready) {
    try {
      Path err = Files.createTempFile("dst-err", "");
      err.toFile().deleteOnExit();
      Process process = Command.builder(command, environment).redirectError(err.toFile()).start();
      Daemon daemon = new Daemon(command, process, err);
      Thread.ofPlatform().daemon().start(() -> daemon.readOutput(ready));
      daemon.awaitReady();
      return daemon;
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private void readOutput(Pattern pattern) {
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
          ready.complete(matcher);
        }
      }
      ready.completeExceptionally(new IOException("ended without being ready"));
    } catch (IOException closed) {
      ready.completeExceptionally(closed);
    }
  }

  private void awaitReady() {
    try {
      ready.get(READY_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException cause) {
      String said = "not ready: %s%nstandard error:%n%s".formatted(cause, err());
      kill();
      throw new AssertionError(String.join(" ", command) + " " + said, cause);
    }
  }

  /** A group of the line that said that the program is ready. */
  public String ready(int group) {
    return ready.join().group(group);
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the program runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that the program has written to standard error so far. */
  public String err() {
    try {
      return Files.exists(err) ? Files.readString(err) : "";
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Waits until the program has written this text to standard error. */
  public void awaitErr(String text, int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!err().contains(text)) {
      if (end - System.nanoTime() < 0 || !isAlive()) {
        fail("no \"%s\" after %d s from %s; %s".formatted(text, seconds, command, err()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Sends SIGTERM and returns the exit code. */
  public int stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        kill();
        fail("%s runs %d s after SIGTERM; %s".formatted(command, STOP_SECONDS, err()));
      }
    } catch (InterruptedException interrupted) {
      kill();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
    return process.exitValue();
  }

  /** Sends SIGSTOP: the program keeps its connections and does nothing. */
  public void pause() {
    Command.run("kill", "-STOP", Long.toString(pid())).succeeded();
  }

  /** Sends SIGCONT. */
  public void resume() {
    Command.run("kill", "-CONT", Long.toString(pid())).succeeded();
  }

  /** Sends SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Sends SIGKILL and waits until the process is gone. */
  public void killAndWait() {
    process.destroyForcibly().onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    delete();
  }

  /** Ends the program and requires that it ends well, whatever it went through. */
  @Override
  public void close() {
    if (!isAlive()) {
      fail("%s has ended: %d%n%s".formatted(command, process.exitValue(), err()));
    }
    int exit = stop();
    String said = err();
    delete();
    assertEquals(0, exit, () -> "exit code after SIGTERM of " + command + ": " + said);
    if (said.contains("Exception") || said.contains("LEAK") || said.contains("AssertionError")) {
      fail("%s complained:%n%s".formatted(command, said));
    }
  }

  private void delete() {
    try {
      Files.deleteIfExists(err);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
