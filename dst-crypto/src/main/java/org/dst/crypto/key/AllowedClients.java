package org.dst.crypto.key;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The clients that a server accepts in mode keys: names and public keys. A file has one line {@code
 * NAME BASE64} per client; # starts a comment. Immutable: a changed list is a new object.
 */
public final class AllowedClients {
  /** An empty list. */
  public static final AllowedClients NONE = new AllowedClients(Map.of());

  private static final int MAX_LENGTH = 1 << 20;

  private final Map<PublicKey, String> names;

  private AllowedClients(Map<PublicKey, String> names) {
    this.names = names;
  }

  /** A list of names by key. */
  public static AllowedClients of(Map<PublicKey, String> names) {
    return new AllowedClients(Map.copyOf(names));
  }

  /**
   * Reads a list.
   *
   * @throws KeyFileException if the file cannot be read, others may write to it, or a line is
   *     invalid; the message has the line number
   */
  public static AllowedClients read(Path file) throws KeyFileException {
    List<String> lines = content(file).lines().toList();
    Map<PublicKey, String> names = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty()) {
        add(file, i + 1, line.split("\\s+"), names);
      }
    }
    return new AllowedClients(names);
  }

  private static String content(Path file) throws KeyFileException {
    if (Files.isDirectory(file)) {
      throw new KeyFileException(file, "is a directory (expected: a list of allowed clients)");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_LENGTH + 1);
      if (content.length > MAX_LENGTH) {
        throw new KeyFileException(
            file, "is too long (expected: <= %d bytes)".formatted(MAX_LENGTH));
      }
      FileMode.requireOwnersOnly(file);
      int start = ByteOrderMark.skip(file, content);
      return new String(content, start, content.length - start, StandardCharsets.UTF_8);
    } catch (NoSuchFileException absent) {
      throw new KeyFileException(file, "no such file");
    } catch (KeyFileException known) {
      throw known;
    } catch (IOException failed) {
      throw new KeyFileException(file, "cannot be read: " + FileErrorText.reason(failed));
    }
  }

  private static void add(Path file, int line, String[] words, Map<PublicKey, String> names)
      throws KeyFileException {
    if (words.length != 2) {
      throw new KeyFileException(
          file, line, "%d words (expected: 2, NAME BASE64-PUBLIC-KEY)".formatted(words.length));
    }
    if (KeyType.of(words[0]).isPresent() || !KeyNames.isUsable(words[0])) {
      throw new KeyFileException(
          file, line, "invalid name (expected: 1 to 64 letters, digits, '.', '_', '@' or '-')");
    }
    if (names.containsValue(words[0])) {
      throw new KeyFileException(file, line, "duplicate name '%s'".formatted(words[0]));
    }
    String before = names.putIfAbsent(key(file, line, words[1]), words[0]);
    if (before != null) {
      throw new KeyFileException(file, line, "the key already belongs to '%s'".formatted(before));
    }
  }

  private static PublicKey key(Path file, int line, String base64) throws KeyFileException {
    try {
      return new PublicKey(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException wrong) {
      throw new KeyFileException(
          file, line, "the key is not 32 bytes in base64; copy it from the client's .pub file");
    }
  }

  /** The name of the client with this key, or null if it is not allowed. */
  public String nameOf(PublicKey key) {
    return names.get(key);
  }

  /** The key of the client with this name, or null if there is none. */
  public PublicKey keyOf(String name) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** All names. */
  public Collection<String> names() {
    return List.copyOf(names.values());
  }
}
