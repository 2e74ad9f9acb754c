package org.dst.server.access;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an access file, and reads it again when it has changed and then stayed the same for one
 * look, so that an editor's half-written file revokes nothing. What cannot be read or makes no
 * sense changes nothing. Looks on a thread of its own, once a second.
 */
public final class AccessFileWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessFileWatch.class);
  private static final long LARGEST = 1 << 20;

  private final Path file;
  private final List<String> exports;
  private final Consumer<Map<String, AccessRules>> changed;
  private ScheduledExecutorService timer;

  /** The file whose content was taken, or found to make no sense. */
  private Stamp tried;

  /** The file at the last look. */
  private Stamp seen;

  private String complaint;

  /** What changes with the file; a file that was put in its place has another key. */
  private record Stamp(Object key, long size, Object modified) {}

  /**
   * Does not look yet.
   *
   * @param exports that the file may name
   * @param changed told the rules of every export when the file has changed; on the watch's thread
   */
  public AccessFileWatch(
      Path file, Collection<String> exports, Consumer<Map<String, AccessRules>> changed) {
    this.file = file;
    this.exports = List.copyOf(exports);
    this.changed = changed;
  }

  /**
   * Reads the file for the first time.
   *
   * @throws IOException if it cannot be read, or everybody may change it; the message names it
   * @throws IllegalArgumentException if it makes no sense; the message names file and line
   */
  public synchronized Map<String, AccessRules> read() throws IOException {
    try {
      tried = stamp();
      seen = tried;
      return parse();
    } catch (IOException unusable) {
      throw new IOException(describe(unusable), unusable);
    }
  }

  private Map<String, AccessRules> parse() throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    try {
      return AccessFile.parse(text, exports);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("%s, %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  private Stamp stamp() throws IOException {
    PosixFileAttributes now = Files.readAttributes(file, PosixFileAttributes.class);
    if (now.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException("everybody may change it (expected: a mode like 0644)");
    }
    if (now.size() > LARGEST) {
      throw new IOException("%d bytes (expected: <= %d)".formatted(now.size(), LARGEST));
    }
    return new Stamp(now.fileKey(), now.size(), now.lastModifiedTime());
  }

  /** Looks once a second from now on. */
  public synchronized void start() {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dst-access").factory());
    timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** One look. */
  synchronized void look() {
    try {
      Stamp now = stamp();
      boolean settled = now.equals(seen);
      seen = now;
      if (now.equals(tried)) {
        complaint = null;
      } else if (settled) {
        reload(now);
      }
    } catch (IOException unusable) {
      complain(describe(unusable));
    }
  }

  private void reload(Stamp now) throws IOException {
    try {
      Map<String, AccessRules> rules = parse();
      if (now.equals(stamp())) { // or it was changed meanwhile, and the next looks settle it
        tried = now;
        complaint = null;
        log.info("read {} again: {}", file, rules);
        changed.accept(rules);
      }
    } catch (IllegalArgumentException wrong) {
      tried = now;
      complain(wrong.getMessage());
    }
  }

  private String describe(IOException cause) {
    return switch (cause) {
      case NoSuchFileException missing -> file + " is missing";
      case AccessDeniedException denied -> file + " may not be read";
      case CharacterCodingException other -> file + " is not UTF-8";
      default -> "%s: %s".formatted(file, cause.getMessage());
    };
  }

  /** Once for each cause, not once a second. */
  private void complain(String text) {
    if (!text.equals(complaint)) {
      log.error("{}; the access rules stay as they were", text);
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
