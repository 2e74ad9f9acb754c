package org.dst.server.watch;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files, and reads them again when they have changed and then stayed the same for one look,
 * so that an editor's half-written file changes nothing. What cannot be read or makes no sense
 * changes nothing either. Looks on a thread of its own, once a second.
 *
 * @param <T> what they contain
 */
public final class DebouncedFileWatcher<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DebouncedFileWatcher.class);

  private final Source<T> source;
  private final Consumer<T> changed;
  private final String otherwise;
  private ScheduledExecutorService timer;

  /** What was taken, or found to make no sense. */
  private Object tried;

  /** What was there at the last look. */
  private Object seen;

  private String complaint;

  /**
   * The files.
   *
   * @param <T> what they contain
   */
  public interface Source<T> {
    /**
     * Something that is equal as long as the files are the same.
     *
     * @throws IOException if they cannot be looked at, or used at all; the message names the file
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
   * Does not look yet.
   *
   * @param changed told what the files contain when they have changed; on the watch's thread
   * @param otherwise what people read in the log behind the reason why a change was not taken
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

  /** Looks once a second from now on. */
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
      if (now.equals(source.stamp())) { // or it was changed meanwhile, and the next looks settle it
        tried = now;
        complaint = null;
        changed.accept(content);
      }
    } catch (IllegalArgumentException wrong) {
      tried = now;
      complain(wrong.getMessage());
    }
  }

  /** Once for each cause, not once a second. */
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
