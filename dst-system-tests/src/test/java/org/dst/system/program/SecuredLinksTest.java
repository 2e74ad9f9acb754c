package org.dst.system.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Machine;
import org.dst.system.harness.Result;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real programs over secured links, with the right keys and with wrong ones. */
@Timeout(180)
class SecuredLinksTest {
  private static final String EXPORT = "disk=mem:16M";

  @TempDir Path directory;
  private KeyRing ring;

  @BeforeEach
  void makeRing() throws Exception {
    ring = new KeyRing(directory);
  }

  private static String[] with(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Lists, pings, writes, verifies; looks at the status of both sides. */
  private void use(Machine storage, Daemon server, String mode, String... key) throws Exception {
    String address = Dst.address(server);
    Dst.dst(with(List.of("list", address), key)).succeeded().printed(mode);
    Dst.dst(with(List.of("ping", address, "--count", "1"), key)).succeeded().printed("min/avg/max");
    Path socket = directory.resolve(mode + ".sock");
    Machine node = Machine.create();
    try (Daemon client =
            node.attach(
                with(
                    List.of(address + "/" + mode, "--socket", socket.toString(), "--debug"), key));
        VerifyingWriter writer =
            new VerifyingWriter(socket, new BlockModel(4096), 3, VerifyingWriter.Mix.ALL)) {
      writer.awaitProgress(200);
      Result here = node.dst("status").succeeded().printed(mode + ", aes-256-gcm by ");
      here.printed("checksum crc32c").printed("crypto      ");
      storage.dstd("status").succeeded().printed(mode + ", aes-256-gcm by ");
      writer.finish();
      writer.flushAndVerify();
      showsNoSecretOf(client, key);
    }
    showsNoSecretOf(server, key);
  }

  private static void showsNoSecretOf(Daemon program, String... key) throws Exception {
    String command = ProcessHandle.of(program.pid()).orElseThrow().info().commandLine().orElse("");
    String secret = Files.readAllLines(Path.of(key[1])).getLast();
    assertEquals(44, secret.length());
    assertFalse(program.err().contains(secret), "a secret in the log");
    assertFalse(command.contains(secret), "a secret in the process list");
  }

  @Test
  void shouldServeClientsOfBothModesAtOnce() throws Exception {
    Path shared = ring.make("shared");
    Path own = ring.makePair("storage");
    Path client = ring.makePair("node7");
    Path clients =
        Files.writeString(directory.resolve("clients"), "node7 " + base64(client) + "\n");
    Machine storage = Machine.create();
    try (Daemon server =
        storage.export(
            with(
                List.of("psk=mem:16M", "keys=mem:16M", "--debug", "--key-file", "node8=" + shared),
                "--private-key",
                own.toString(),
                "--allowed-clients",
                clients.toString()))) {
      use(storage, server, "psk", "--key-file", shared.toString());
      use(
          storage,
          server,
          "keys",
          "--private-key",
          client.toString(),
          "--server-key",
          own + ".pub");
      assertTrue(server.err().contains("(key 'node7'"), server::err);
      assertTrue(server.err().contains("(key 'node8'"), server::err);
      refused(server, "server requires keys or psk; client offered plain");
      refused(server, "the key does not match", "--key-file", ring.make("other").toString());
      Path stranger = ring.makePair("stranger");
      refused(
          server,
          "the key does not match",
          "--private-key",
          stranger.toString(),
          "--server-key",
          own + ".pub");
      refused(
          server,
          "the key does not match",
          "--private-key",
          client.toString(),
          "--server-key",
          stranger + ".pub");
    }
  }

  private static String base64(Path privateKey) throws Exception {
    return Files.readAllLines(Path.of(privateKey + ".pub")).getLast();
  }

  private static void refused(Daemon server, String text, String... options) {
    Dst.dst(with(List.of("list", Dst.address(server)), options))
        .exited(Dst.REFUSED)
        .complainedOnce(text);
    Dst.dst(
            with(
                List.of("attach", Dst.address(server) + "/disk", "--listen", "127.0.0.1:0"),
                options))
        .exited(Dst.REFUSED)
        .complainedOnce(text);
  }

  @Test
  void shouldRefuseSecuredClientsWhereThereAreNoKeysAndOtherAlgorithms() throws Exception {
    Path shared = ring.make("shared");
    String key = shared.toString();
    try (Daemon server = Dst.export(EXPORT)) {
      refused(server, "server offers plain links only; client requires psk", "--key-file", key);
    }
    try (Daemon server =
        Dst.export(
            EXPORT, "--key-file", key, "--cipher", "aes-128-gcm", "--checksum", "hmac-sha-256")) {
      refused(
          server,
          "no cipher in common: server has aes-128-gcm; client has sm4-gcm",
          "--key-file",
          key,
          "--cipher",
          "sm4-gcm");
      refused(
          server,
          "no checksum in common: server has hmac-sha-256; client has crc32c, none",
          "--key-file",
          key);
      Dst.dst("list", Dst.address(server), "--key-file", key, "--checksum", "blake3,hmac-sha-256")
          .succeeded();
    }
  }

  @Test
  void shouldSayWhichLinksItTakes() throws Exception {
    String key = ring.make("shared").toString();
    try (Daemon plain = Dst.export(EXPORT);
        Daemon open = Dst.export(EXPORT, "--insecure-plain");
        Daemon both = Dst.export(EXPORT, "--insecure-plain", "--key-file", key)) {
      assertTrue(plain.ready(3).endsWith("; plain links from this machine only)"), plain.ready(3));
      String anywhere = "plain links from anywhere, neither encrypted nor authenticated)";
      assertTrue(open.ready(3).endsWith("; " + anywhere), open.ready(3));
      assertTrue(
          both.ready(3).endsWith("; links secured by shared keys; " + anywhere), both.ready(3));
      Dst.dst("list", Dst.address(both)).succeeded();
      Dst.dst("list", Dst.address(both), "--key-file", key).succeeded();
    }
  }

  @Test
  void shouldUseTheAlgorithmsAndProviderThatAreNamed() throws Exception {
    String key = ring.make("shared").toString();
    Machine node = Machine.create();
    Path socket = directory.resolve("disk.sock");
    String[] crypto = {
      "--key-file",
      key,
      "--cipher",
      "chacha20-poly1305",
      "--checksum",
      "blake3",
      "--crypto-provider",
      "jdk",
      "--crypto-threads",
      "1"
    };
    try (Daemon server = Dst.export(with(List.of(EXPORT), crypto));
        Daemon client =
            node.attach(
                with(
                    List.of(Dst.address(server) + "/disk", "--socket", socket.toString()),
                    crypto));
        VerifyingWriter writer =
            new VerifyingWriter(socket, new BlockModel(4096), 3, VerifyingWriter.Mix.ALL)) {
      writer.awaitProgress(100);
      writer.finish();
      writer.flushAndVerify();
      assertTrue(client.isAlive());
      node.dst("status")
          .succeeded()
          .printed("psk, chacha20-poly1305 by jdk; checksum blake3")
          .printed("1 thread, ");
    }
  }
}
