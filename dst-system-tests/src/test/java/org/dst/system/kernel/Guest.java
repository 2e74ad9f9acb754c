package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.dst.system.harness.Command;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Result;

/**
 * A virtual machine with its own kernel that runs scripts, several at once if needed. It sees the
 * host's file system but can write only to {@link #work()}, which is {@code /run/work} in the
 * guest. Helpers for scripts are in {@code dst-system-tests/kernel/lib}.
 */
public final class Guest implements AutoCloseable {
  /** How the guest calls this machine's loopback. */
  public static final String HOST = "10.0.2.2";

  static final Path KERNEL = Path.of("kernel").toAbsolutePath();
  private static final int BUILD_SECONDS = 300;
  private static final int BOOT_SECONDS = 120;
  private static final int OFF_SECONDS = 20;
  private static final int GRACE_SECONDS = 30;
  private static final int TAIL = 60;
  private static final long POLL_NANOS = 50_000_000;

  private final Path work;
  private final Process qemu;
  private final Writer orders;
  private final Thread atExit = new Thread(this::kill);
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final AtomicInteger started = new AtomicInteger();

  private Guest(Path work, Process qemu) {
    this.work = work;
    this.qemu = qemu;
    orders = qemu.outputWriter();
    Runtime.getRuntime().addShutdownHook(atExit);
    Thread.ofPlatform().daemon().start(this::readAnswers);
  }

  /**
   * Boots one, or skips the test and says why.
   *
   * @param variables of scripts, and of {@code start-guest}, as {@code NAME=VALUE}
   */
  public static Guest bootOrSkip(String... variables) {
    assumeTrue(Lacking.WHAT.isEmpty(), () -> "no guest: " + Lacking.WHAT);
    try {
      Guest guest = start(List.of(variables));
      guest.awaitBoot();
      return guest;
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Looked for once: what cannot be downloaded can take its time to say so. */
  private static final class Lacking {
    static final String WHAT = find();

    private static String find() {
      if (Command.run("sh", "-c", "command -v qemu-system-x86_64").exit() != 0) {
        return "qemu-system-x86_64 is not installed (Debian package qemu-system-x86)";
      }
      Result built = Command.run(BUILD_SECONDS, List.of(KERNEL.resolve("build-guest").toString()));
      String said = built.err().lines().reduce("build-guest failed", (first, last) -> last);
      return built.exit() == 0 ? "" : said;
    }
  }

  private static Guest start(List<String> variables) throws IOException {
    Path work = Files.createTempDirectory("dst-guest");
    List<String> command = new ArrayList<>();
    command.add(KERNEL.resolve("start-guest").toString());
    command.add(work.toString());
    command.add("DST_JAVA_HOME=" + System.getProperty("java.home"));
    command.add("DST_CLASSPATH=" + Dst.classPath());
    command.addAll(ClassArchive.VARIABLE);
    command.addAll(variables);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(work.resolve("qemu").toFile());
    return new Guest(work, builder.start());
  }

  private void readAnswers() {
    try (BufferedReader answers = qemu.inputReader()) {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        String[] words = line.split(" ");
        if (words[0].equals("ready")) {
          ready.complete(line);
        } else {
          jobs.get(words[1]).ended(Integer.parseInt(words[2]));
        }
      }
    } catch (IOException closed) {
      // The same as the end of the stream.
    }
    AssertionError gone = new AssertionError("the guest has ended");
    ready.completeExceptionally(gone);
    jobs.values().forEach(job -> job.lost(gone));
  }

  private void awaitBoot() {
    try {
      ready.get(BOOT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException cause) {
      String said = console();
      close();
      throw new AssertionError("the guest does not start: " + cause + "\n" + said, cause);
    }
  }

  /** Runs a script to its end; one that takes longer than {@code seconds} ends with code 124. */
  public Result run(int seconds, String script) {
    return start(seconds, script).await();
  }

  /** Starts a script that runs beside others, for so many seconds at most. */
  public Job start(int seconds, String script) {
    Job job = new Job("job" + started.incrementAndGet(), seconds, script);
    jobs.put(job.name, job);
    try {
      Files.writeString(work.resolve(job.name + ".sh"), script);
      order("run " + job.name + " " + seconds);
    } catch (IOException cause) {
      throw new AssertionError("the guest takes no orders\n" + console(), cause);
    }
    return job;
  }

  private synchronized void order(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
  }

  /** The directory that is {@code /run/work} in the guest. */
  public Path work() {
    return work;
  }

  /** The last lines of the console, and what qemu said. */
  public String console() {
    StringBuilder all = new StringBuilder();
    for (String name : List.of("qemu", "console")) {
      all.append(name).append(":\n").append(tail(work.resolve(name)));
    }
    return all.toString();
  }

  private static String tail(Path file) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    } catch (IOException cause) {
      return cause.toString();
    }
  }

  /** The guest loses its power: nothing that it has in memory goes anywhere. */
  public void kill() {
    qemu.destroyForcibly().onExit().orTimeout(OFF_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Turns it off; that it has been killed is no error. */
  @Override
  public void close() {
    try {
      order("off");
      qemu.waitFor(OFF_SECONDS, TimeUnit.SECONDS);
    } catch (IOException killed) {
      // Then it is off.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      kill();
      removeHook();
      remove();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException atItsEnd) {
      // This machine's Java is ending anyway.
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(work)) {
      List<Path> deepestFirst = new ArrayList<>(files.toList());
      Collections.reverse(deepestFirst);
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** A script that runs in the guest. */
  public final class Job {
    private final String name;
    private final int seconds;
    private final String script;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private Job(String name, int seconds, String script) {
      this.name = name;
      this.seconds = seconds;
      this.script = script;
    }

    private void ended(int code) {
      exit.complete(code);
    }

    private void lost(AssertionError cause) {
      exit.completeExceptionally(cause);
    }

    /** Whether it has ended. */
    public boolean isDone() {
      return exit.isDone();
    }

    /** What it has printed so far. */
    public String out() {
      try {
        Path out = work.resolve(name + ".out");
        return Files.exists(out) ? Files.readString(out) : "";
      } catch (IOException cause) {
        throw new UncheckedIOException(cause);
      }
    }

    /** The file of what it prints, as the guest calls it. */
    public String outInGuest() {
      return "/run/work/" + name + ".out";
    }

    /** Waits until it has printed so many lines more than it has now. */
    public void awaitLines(int more) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      long wanted = out().lines().count() + more;
      while (out().lines().count() < wanted) {
        if (isDone() || end - System.nanoTime() < 0) {
          fail("no %d lines of %s%n%s%n%s".formatted(wanted, script, out(), console()));
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }

    /** Ends it, and what it has started, with SIGKILL. */
    public void kill() {
      try {
        order("kill " + name);
      } catch (IOException cause) {
        throw new UncheckedIOException(cause);
      }
    }

    /** Waits for its end, for as long as it may take. What it printed is all standard output. */
    public Result await() {
      try {
        int code = exit.get(seconds + GRACE_SECONDS, TimeUnit.SECONDS);
        return new Result(List.of("guest:", script), code, out(), code == 0 ? "" : console());
      } catch (ExecutionException | TimeoutException | InterruptedException cause) {
        String said = "%s%n%s%n%s%n%s".formatted(cause, script, out(), console());
        throw new AssertionError("a script in the guest has not ended: " + said, cause);
      }
    }
  }
}
