package org.dst.server.watch;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rereads files when they have changed and then stayed the same for one check, so that an editor's
 * half-written file has no effect. Unreadable or invalid files have no effect either. Checks once a
 * second on a thread of its own.
 *
 * @param <T> what the files contain
 */
public final class DebouncedFileWatcher<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DebouncedFileWatcher.class);

  private final Source<T> source;
  private final Consumer<T> changed;
  private final String otherwise;
  private ScheduledExecutorService timer;

  /** The version that was last applied or found invalid. */
  private Object tried;

  /** The version at the last check. */
  private Object seen;

  private String complaint;

  /**
   * The files.
   *
   * @param <T> what they contain
   */
  public interface Source<T> {
    /**
     * A version that stays equal as long as the files do not change.
     *
     * @throws IOException if they cannot be checked, or used at all; the message names the file
     */
    Object stamp() throws IOException;

    /**
     * Reads them.
     *
     * @throws IOException if that fails; the message names the file
     * @throws IllegalArgumentException if they make no sense; the message names the file
     */
    T read() throws IOException;
  }

  /**
   * A watcher that is not started.
   *
   * @param changed receives the new contents when the files have changed; on the watcher's thread
   * @param otherwise ends the log line about a change that was not applied
   */
  public DebouncedFileWatcher(Source<T> source, Consumer<T> changed, String otherwise) {
    this.source = source;
    this.changed = changed;
    this.otherwise = otherwise;
  }

  /** Reads for the first time; fails as {@link Source#read}. */
  public synchronized T read() throws IOException {
    tried = source.stamp();
    seen = tried;
    return source.read();
  }

  /** Starts to check once a second. */
  public synchronized void start() {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dst-watch").factory());
    timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** One look. */
  public synchronized void look() {
    try {
      Object now = source.stamp();
      boolean settled = now.equals(seen);
      seen = now;
      if (now.equals(tried)) {
        complaint = null;
      } else if (settled) {
        reload(now);
      }
    } catch (IOException unusable) {
      complain(unusable.getMessage());
    }
  }

  private void reload(Object now) throws IOException {
    try {
      T content = source.read();
      if (now.equals(
          source.stamp())) { // it may have been changed meanwhile: the next checks will tell
        tried = now;
        complaint = null;
        changed.accept(content);
      }
    } catch (IllegalArgumentException wrong) {
      tried = now;
      complain(wrong.getMessage());
    }
  }

  /** Logs each cause once, not once a second. */
  private void complain(String text) {
    if (!text.equals(complaint)) {
      log.error("{}; {}", text, otherwise);
    }
    complaint = text;
  }

  /** Looks no more. */
  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
