package org.dst.server.state;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Records of earlier versions, which identified a store by its path and knew no marks. */
final class LegacyRecords {
  private static final String FORMAT = "dst-store-2";

  private LegacyRecords() {}

  /** The end of the path, made unique by a digest of the whole. */
  static String fileName(Path path) {
    String last = path.getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(path.toString().getBytes(StandardCharsets.UTF_8));
      String hex = HexFormat.of().formatHex(digest, 0, 8);
      return last.substring(0, Math.min(last.length(), 64)) + "-" + hex;
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Decodes a record.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static StoreRecord decode(List<String> lines) {
    Map<String, String> fields = KnownStore.fields(lines);
    if (!FORMAT.equals(fields.get("format"))) {
      throw new IllegalArgumentException("not a record of a store");
    }
    return StoreRecord.decode(fields);
  }
}
