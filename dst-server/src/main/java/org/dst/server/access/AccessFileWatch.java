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
import java.util.function.Consumer;
import org.dst.server.watch.DebouncedFileWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an access file and rereads it when it has changed, as {@link DebouncedFileWatcher} does.
 */
public final class AccessFileWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessFileWatch.class);
  private static final long LARGEST = 1 << 20;

  private final Path file;
  private final List<String> exports;
  private final DebouncedFileWatcher<Map<String, AccessRules>> watch;

  /** Changes when the file changes or is replaced. */
  private record Stamp(Object key, long size, Object modified) {}

  /**
   * A watch that is not started.
   *
   * @param exports that the file may name
   * @param changed receives the rules of every export when the file has changed; on the watch's
   *     thread
   */
  public AccessFileWatch(
      Path file, Collection<String> exports, Consumer<Map<String, AccessRules>> changed) {
    this.file = file;
    this.exports = List.copyOf(exports);
    watch =
        new DebouncedFileWatcher<>(
            new Content(),
            rules -> {
              log.info("reloaded {}: {}", file, rules);
              changed.accept(rules);
            },
            "the current access rules stay in force");
  }

  /**
   * Reads the file for the first time.
   *
   * @throws IOException if it cannot be read, or is world-writable; the message names it
   * @throws IllegalArgumentException if it is invalid; the message names file and line
   */
  public Map<String, AccessRules> read() throws IOException {
    return watch.read();
  }

  /** Starts to check the file once a second. */
  public void start() {
    watch.start();
  }

  /** One look. */
  void look() {
    watch.look();
  }

  /** Looks no more. */
  @Override
  public void close() {
    watch.close();
  }

  private final class Content implements DebouncedFileWatcher.Source<Map<String, AccessRules>> {
    @Override
    public Object stamp() throws IOException {
      try {
        PosixFileAttributes now = Files.readAttributes(file, PosixFileAttributes.class);
        if (now.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
          throw new IOException("everybody may change it (expected: a mode like 0644)");
        }
        if (now.size() > LARGEST) {
          throw new IOException("%d bytes (expected: <= %d)".formatted(now.size(), LARGEST));
        }
        return new Stamp(now.fileKey(), now.size(), now.lastModifiedTime());
      } catch (IOException unusable) {
        throw described(unusable);
      }
    }

    @Override
    public Map<String, AccessRules> read() throws IOException {
      try {
        return AccessFile.parse(Files.readString(file, StandardCharsets.UTF_8), exports);
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException("%s, %s".formatted(file, wrong.getMessage()), wrong);
      } catch (IOException unusable) {
        throw described(unusable);
      }
    }

    private IOException described(IOException cause) {
      String text =
          switch (cause) {
            case NoSuchFileException missing -> file + " is missing";
            case AccessDeniedException denied -> file + " may not be read";
            case CharacterCodingException other -> file + " is not UTF-8";
            default -> "%s: %s".formatted(file, cause.getMessage());
          };
      return new IOException(text, cause);
    }
  }
}
