package org.dst.crypto;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Test vectors from a resource: blocks of "name = value" lines, apart by empty lines; # comments.
 */
public final class VectorFile {
  private VectorFile() {}

  /** One block. */
  public record Block(Map<String, String> values) {
    /** A value as it stands. */
    public String text(String name) {
      String value = values.get(name);
      assertNotNull(value, name + " in " + values);
      return value;
    }

    /** A value that is written in hexadecimal. */
    public byte[] bytes(String name) {
      return ByteBufUtil.decodeHexDump(text(name));
    }
  }

  /** The blocks of a resource beside {@code owner}. */
  public static List<Block> read(Class<?> owner, String name) {
    List<Block> blocks = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines(owner, name)) {
      int sign = line.indexOf('=');
      if (line.isBlank() && !values.isEmpty()) {
        blocks.add(new Block(values));
        values = new LinkedHashMap<>();
      } else if (!line.startsWith("#") && sign > 0) {
        values.put(line.substring(0, sign).strip(), line.substring(sign + 1).strip());
      }
    }
    if (!values.isEmpty()) {
      blocks.add(new Block(values));
    }
    return blocks;
  }

  private static List<String> lines(Class<?> owner, String name) {
    try (var in = owner.getResourceAsStream(name)) {
      assertNotNull(in, name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
