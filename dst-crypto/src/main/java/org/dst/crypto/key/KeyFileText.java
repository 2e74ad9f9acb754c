package org.dst.crypto.key;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The parsed text of a key file. Kept in byte arrays, which can be wiped; only the type line ever
 * becomes a String.
 */
final class KeyFileText {
  /** Longest key file, in bytes; no more than this is read. */
  static final int MAX_LENGTH = 4096;

  private final Path file;
  private final KeyType type;
  private final byte[] body;

  private KeyFileText(Path file, KeyType type, byte[] body) {
    this.file = file;
    this.type = type;
    this.body = body;
  }

  static KeyFileText read(Path file) throws KeyFileException {
    byte[] content = content(file);
    try {
      return parse(file, content);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] content(Path file) throws KeyFileException {
    if (Files.isDirectory(file)) {
      throw new KeyFileException(file, "is a directory (expected: a key file)");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new KeyFileException(file, "is not a regular file (expected: a key file)");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_LENGTH + 1);
      if (content.length > MAX_LENGTH) {
        Arrays.fill(content, (byte) 0);
        throw new KeyFileException(
            file, "is too long for a key file (expected: <= %d bytes)".formatted(MAX_LENGTH));
      }
      return content;
    } catch (NoSuchFileException absent) {
      throw new KeyFileException(file, "no such file; 'dst keygen' creates keys");
    } catch (KeyFileException tooLong) {
      throw tooLong;
    } catch (IOException failed) {
      throw new KeyFileException(file, "cannot be read: " + FileErrorText.reason(failed));
    }
  }

  private static KeyFileText parse(Path file, byte[] content) throws KeyFileException {
    List<byte[]> lines = lines(content, ByteOrderMark.skip(file, content));
    if (lines.isEmpty()) {
      throw new KeyFileException(file, "is empty (expected: a key file from 'dst keygen')");
    }
    String first = new String(lines.getFirst(), StandardCharsets.US_ASCII);
    KeyType type = KeyType.of(first).orElse(null);
    if (type == null) {
      lines.forEach(line -> Arrays.fill(line, (byte) 0));
      throw new KeyFileException(file, "is not a DST key file: " + guess(first));
    }
    if (type.secret()) {
      FileMode.requirePrivate(file);
    }
    if (lines.size() != 2) {
      lines.forEach(line -> Arrays.fill(line, (byte) 0));
      throw new KeyFileException(
          file,
          lines.size() == 1
              ? "ends after the line '%s'; the key itself is missing".formatted(first)
              : "has %d lines after '%s' (expected: one, the key)"
                  .formatted(lines.size() - 1, first));
    }
    return new KeyFileText(file, type, lines.get(1));
  }

  /** Splits into stripped lines, without comments and empty lines. */
  private static List<byte[]> lines(byte[] content, int begin) {
    List<byte[]> lines = new ArrayList<>();
    int start = begin;
    for (int i = begin; i <= content.length; i++) {
      if (i == content.length || content[i] == '\n') {
        int from = start;
        int to = i;
        while (from < to && content[from] <= ' ' && content[from] >= 0) {
          from++;
        }
        while (to > from && content[to - 1] <= ' ' && content[to - 1] >= 0) {
          to--;
        }
        if (to > from && content[from] != '#') {
          lines.add(Arrays.copyOfRange(content, from, to));
        }
        start = i + 1;
      }
    }
    return lines;
  }

  private static String guess(String first) {
    if (first.startsWith("-----BEGIN")) {
      return "it is a PEM file, as written by OpenSSL or OpenSSH";
    }
    if (first.startsWith("ssh-")) {
      return "it is an OpenSSH public key";
    }
    return "its first line is not one of %s, %s, %s, %s"
        .formatted(
            KeyType.SHARED.line(),
            KeyType.PRIVATE.line(),
            KeyType.PUBLIC.line(),
            KeyType.PASSPHRASE.line());
  }

  KeyType type() {
    return type;
  }

  /** Decodes the key from base64. */
  byte[] key(KeyType wanted) throws KeyFileException {
    requireType(wanted);
    byte[] key;
    try {
      key = Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException notBase64) {
      throw new KeyFileException(file, "the key is not in base64"); // the cause quotes the key
    }
    if (key.length != Secret.LENGTH) {
      int length = key.length;
      Arrays.fill(key, (byte) 0);
      throw new KeyFileException(
          file,
          "the key has %d bytes (expected: %d)%s"
              .formatted(
                  length, Secret.LENGTH, length < Secret.LENGTH ? "; the file is truncated" : ""));
    }
    return key;
  }

  /** The line after the type line, for a file without a secret. */
  String line(KeyType wanted) throws KeyFileException {
    requireType(wanted);
    return new String(body, StandardCharsets.US_ASCII);
  }

  private void requireType(KeyType wanted) throws KeyFileException {
    if (type != wanted) {
      throw new KeyFileException(
          file, "this is %s; %s is needed here".formatted(type.label(), wanted.label()));
    }
  }

  void destroy() {
    Arrays.fill(body, (byte) 0);
  }

  static byte[] format(KeyType type, String comment, byte[] key) {
    byte[] base64 = Base64.getEncoder().encode(key);
    byte[] text = format(type, comment, base64, new byte[] {'\n'});
    Arrays.fill(base64, (byte) 0);
    return text;
  }

  static byte[] format(KeyType type, String comment, String line) {
    return format(type, comment, line.getBytes(StandardCharsets.US_ASCII), new byte[] {'\n'});
  }

  private static byte[] format(KeyType type, String comment, byte[] line, byte[] end) {
    if (comment.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("the key's comment contains control characters");
    }
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes((type.line() + "\n").getBytes(StandardCharsets.US_ASCII));
    if (!comment.isBlank()) {
      head.writeBytes(("# " + comment.strip() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    int length = head.size() + line.length + end.length;
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException("the key's comment is too long");
    }
    byte[] text = Arrays.copyOf(head.toByteArray(), length);
    System.arraycopy(line, 0, text, head.size(), line.length);
    System.arraycopy(end, 0, text, head.size() + line.length, end.length);
    return text;
  }
}
