package org.dst.crypto.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of docs/protocol.md §4.6 is what this package makes of its keys. */
@Timeout(30)
class DocumentedHandshakeTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final int MESSAGE_HEADER = 4;

  private static String document() throws IOException {
    return Files.readString(Path.of("..", "docs", "protocol.md"));
  }

  /** The bytes of an example, its remarks left out. */
  private static byte[] example(String name) throws IOException {
    Matcher block =
        java.util.regex.Pattern.compile(
                "```hex " + name + "\n(.*?)```", java.util.regex.Pattern.DOTALL)
            .matcher(document());
    assertTrue(block.find(), name);
    StringBuilder hex = new StringBuilder();
    block.group(1).lines().forEach(line -> hex.append(line.split(" {3}", 2)[0].replace(" ", "")));
    return HEX.parseHex(hex);
  }

  private static Secret counting(int first) {
    byte[] bytes = new byte[Secret.LENGTH];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return Secret.of(bytes);
  }

  private static HandshakeState side(boolean initiator, byte[] prologue, int ephemeral) {
    return new HandshakeState(
        Pattern.NN_PSK0,
        initiator,
        prologue,
        null,
        () -> KeyPair.of(counting(ephemeral)),
        null,
        counting(0x20));
  }

  private static String hex(byte[] message) {
    return HEX.formatHex(message);
  }

  private static String noise(String name) throws IOException {
    return hex(example(name)).substring(2 * MESSAGE_HEADER);
  }

  @Test
  void shouldMakeTheExampleOfTheDocument() throws Exception {
    byte[] prologue =
        HEX.parseHex(hex(example("psk-client-opening")) + hex(example("psk-server-opening")));
    HandshakeState client = side(true, prologue, 0x40);
    HandshakeState server = side(false, prologue, 0x60);
    byte[] first = client.writeMessage(new byte[0]);
    assertEquals(noise("handshake-1"), hex(first));
    server.readMessage(first);
    byte[] second = server.writeMessage(new byte[0]);
    assertEquals(noise("handshake-2"), hex(second));
    client.readMessage(second);
    for (byte[] secret : client.split()) {
      assertTrue(document().contains("`" + hex(secret) + "`"), hex(secret));
    }
  }
}
