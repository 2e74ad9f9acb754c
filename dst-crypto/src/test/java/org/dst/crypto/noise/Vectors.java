package org.dst.crypto.noise;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the vector files of this package. */
final class Vectors {
  private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\": \\[?\"([^\"]*)\"");

  private Vectors() {}

  /** One published handshake with the messages after it. */
  record Published(Map<String, String> values, List<byte[]> payloads, List<byte[]> ciphertexts) {
    byte[] bytes(String name) {
      return HexFormat.of().parseHex(values.get(name));
    }

    boolean has(String name) {
      return values.containsKey(name);
    }

    @Override
    public String toString() {
      return values.get("protocol_name");
    }
  }

  /** Those of cacophony.txt: one member a line. */
  static List<Published> published() throws IOException {
    List<Published> all = new ArrayList<>();
    for (String line : text("cacophony.txt").lines().toList()) {
      Matcher member = MEMBER.matcher(line);
      if (!member.find()) {
        continue;
      }
      switch (member.group(1)) {
        case "protocol_name" -> {
          all.add(new Published(new HashMap<>(), new ArrayList<>(), new ArrayList<>()));
          all.getLast().values().put("protocol_name", member.group(2));
        }
        case "payload" -> all.getLast().payloads().add(HexFormat.of().parseHex(member.group(2)));
        case "ciphertext" ->
            all.getLast().ciphertexts().add(HexFormat.of().parseHex(member.group(2)));
        default -> all.getLast().values().put(member.group(1), member.group(2));
      }
    }
    return all;
  }

  /** Those of the Python script: `name = hex`, a blank line after each. */
  static List<Map<String, String>> independent() throws IOException {
    List<Map<String, String>> all = new ArrayList<>();
    for (String block : text("independent-handshakes.txt").strip().split("\n\n")) {
      Map<String, String> values = new HashMap<>();
      block.lines().map(line -> line.split(" = ")).forEach(pair -> values.put(pair[0], pair[1]));
      all.add(values);
    }
    return all;
  }

  static String text(String resource) throws IOException {
    try (InputStream in = Vectors.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
