package org.dst.crypto.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.SharedKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Talks to the second implementation, each side with fresh keys. */
@Timeout(60)
@EnabledIf(
    value = "org.dst.crypto.noise.Python#available",
    disabledReason = "/usr/bin/python3 has no cryptography (Debian package python3-cryptography)")
class LivePythonTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] PROLOGUE = "openings of both".getBytes();

  private final Secret psk = Secret.random();
  private final KeyPair own = KeyPair.generate();
  private final KeyPair other = KeyPair.generate();

  private static String hex(Secret secret) {
    return HEX.formatHex(secret.bytes());
  }

  private static String expected(HandshakeResult result) {
    return "%s %s %s"
        .formatted(
            hex(result.clientToServer()),
            hex(result.serverToClient()),
            HEX.formatHex(result.handshakeHash()));
  }

  private static void say(Process python, byte[] message) throws IOException {
    python.getOutputStream().write((HEX.formatHex(message) + "\n").getBytes());
    python.getOutputStream().flush();
  }

  private static void talkToResponder(ClientHandshake client, String... arguments)
      throws Exception {
    Process python = Python.start(arguments);
    try (BufferedReader said = python.inputReader()) {
      say(python, client.begin());
      HandshakeResult result = client.finish(HEX.parseHex(said.readLine()));
      assertEquals(expected(result), said.readLine());
      assertEquals(0, python.waitFor());
    } finally {
      python.destroyForcibly();
    }
  }

  @Test
  void shouldBeUnderstoodAsClient() throws Exception {
    String prologue = HEX.formatHex(PROLOGUE);
    talkToResponder(ClientHandshake.psk(psk, PROLOGUE), "respond", "NNpsk0", hex(psk), prologue);
    talkToResponder(
        ClientHandshake.keys(own, other.publicKey(), PROLOGUE),
        "respond",
        "IK",
        hex(other.privateKey()),
        prologue);
  }

  private interface Answering {
    ServerHandshake to(byte[] message) throws NoiseException;
  }

  private static void talkToInitiator(Answering server, String... arguments) throws Exception {
    Process python = Python.start(arguments);
    try (BufferedReader said = python.inputReader()) {
      ServerHandshake answered = server.to(HEX.parseHex(said.readLine()));
      say(python, answered.answer());
      assertEquals(expected(answered.result()), said.readLine());
      assertEquals(0, python.waitFor());
    } finally {
      python.destroyForcibly();
    }
  }

  @Test
  void shouldBeUnderstoodAsServer() throws Exception {
    String prologue = HEX.formatHex(PROLOGUE);
    talkToInitiator(
        message -> ServerHandshake.psk(List.of(new SharedKey("k", psk)), PROLOGUE, message),
        "initiate",
        "NNpsk0",
        hex(psk),
        prologue);
    AllowedClients allowed = AllowedClients.of(Map.of(other.publicKey(), "python"));
    talkToInitiator(
        message -> ServerHandshake.keys(own, allowed, PROLOGUE, message),
        "initiate",
        "IK",
        hex(other.privateKey()),
        prologue,
        HEX.formatHex(own.publicKey().bytes()));
  }

  @Test
  void shouldBeRefusedWithAnotherKey() throws Exception {
    Process python = Python.start("respond", "NNpsk0", hex(psk), HEX.formatHex(PROLOGUE));
    try (BufferedReader said = python.inputReader()) {
      say(python, ClientHandshake.psk(Secret.random(), PROLOGUE).begin());
      assertEquals("the tag is wrong", said.readLine());
      assertEquals(3, python.waitFor());
    } finally {
      python.destroyForcibly();
    }
  }

  @Test
  void shouldFindTheFilesOfVectorsAsTheScriptMakesThem() throws Exception {
    assertEquals(Vectors.text("independent-handshakes.txt"), Python.run("handshakes"));
    try (InputStream records =
        LivePythonTest.class.getResourceAsStream("../record/independent-records.txt")) {
      assertEquals(
          new String(records.readAllBytes(), StandardCharsets.UTF_8), Python.run("records"));
    }
  }
}
