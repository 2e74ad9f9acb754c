package org.dst.system.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Machine;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are added, removed and changed while clients write. */
@Timeout(180)
class KeyReloadTest {
  private static final int BLOCKS = 2048;
  private static final int PROGRESS = 200;
  private static final int PATIENCE = 30;
  private static final String TAKEN_AWAY = "its key was taken away";

  @TempDir Path directory;
  private KeyRing ring;

  @BeforeEach
  void makeRing() throws Exception {
    ring = new KeyRing(directory);
  }

  private static Daemon attach(Machine node, Daemon server, Path socket, String... key) {
    String export = socket.getFileName().toString();
    String target = Dst.address(server) + "/" + export;
    List<String> all =
        new ArrayList<>(List.of(target, "--socket", socket.toString(), "--reconnect-most", "0.2"));
    all.addAll(List.of(key));
    return node.attach(all.toArray(String[]::new));
  }

  private static VerifyingWriter writer(Path socket) throws Exception {
    return new VerifyingWriter(socket, new BlockModel(BLOCKS), 5, VerifyingWriter.Mix.ALL);
  }

  private static void finishWell(VerifyingWriter writer) throws Exception {
    writer.awaitProgress(PROGRESS);
    writer.finish();
    writer.flushAndVerify();
  }

  @Test
  void shouldEndTheLinksOfARevokedKeyAndNoOthersWhileBothWrite() throws Exception {
    Path first = ring.make("first");
    Path second = ring.make("second");
    ring.take(first, "node1");
    ring.take(second, "node2");
    Path socket1 = directory.resolve("disk1");
    Path socket2 = directory.resolve("disk2");
    Machine other = Machine.create();
    try (Daemon server =
            Dst.export("disk1=mem:8M", "disk2=mem:8M", "--key-dir", ring.taken().toString());
        Daemon client1 = attach(Machine.create(), server, socket1, "--key-file", first.toString());
        Daemon client2 = attach(other, server, socket2, "--key-file", second.toString());
        VerifyingWriter writer1 = writer(socket1);
        VerifyingWriter writer2 = writer(socket2)) {
      writer1.awaitProgress(PROGRESS);
      writer2.awaitProgress(PROGRESS);
      ring.drop("node1");
      server.awaitErr("reloaded the keys: shared node2;", PATIENCE);
      server.awaitErr("left 'disk1', lane 0: " + TAKEN_AWAY, PATIENCE);
      client1.awaitErr("the key does not match", PATIENCE);
      long then = writer1.acknowledged();
      writer2.awaitProgress(PROGRESS);
      assertEquals(then, writer1.acknowledged(), "acknowledged after the revocation");
      ring.take(first, "node1");
      finishWell(writer1);
      finishWell(writer2);
      assertEquals(0, other.attachmentStatus().number("counters", "reconnects"));
      assertFalse(server.err().contains("left 'disk2'"), server::err);
      assertFalse(client2.err().contains("WARN"), client2::err);
    }
  }

  @Test
  void shouldTakeAKeyAwayWhoseFileIsDeletedButNotOneWhoseFileIsReplaced() throws Exception {
    Path first = ring.make("first");
    Path second = ring.make("second");
    Path kept = Files.createDirectory(directory.resolve("etc"));
    Path file1 = Files.copy(first, kept.resolve("node1"), StandardCopyOption.COPY_ATTRIBUTES);
    Path file2 = Files.copy(second, kept.resolve("node2"), StandardCopyOption.COPY_ATTRIBUTES);
    Path socket = directory.resolve("disk");
    Machine node = Machine.create();
    String[] list = {"list", null, "--key-file", first.toString()};
    try (Daemon server =
            Dst.export("disk=mem:8M", "--key-file", file1.toString(), "--key-file", "" + file2);
        Daemon client = attach(node, server, socket, "--key-file", second.toString());
        VerifyingWriter writer = writer(socket)) {
      list[1] = Dst.address(server);
      Dst.dst(list).succeeded();
      Path replacement =
          Files.copy(second, kept.resolve("new"), StandardCopyOption.COPY_ATTRIBUTES);
      Files.move(replacement, file2, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(file1);
      server.awaitErr(
          "the --key-file of 'node1' was deleted: its key is revoked until the file is back",
          PATIENCE);
      server.awaitErr("reloaded the keys: shared node2;", PATIENCE);
      Dst.dst(list).exited(Dst.REFUSED);
      writer.awaitProgress(PROGRESS);
      assertEquals(0, node.attachmentStatus().number("counters", "reconnects"));

      Files.delete(file2);
      server.awaitErr("reloaded the keys: shared none;", PATIENCE);
      server.awaitErr("left 'disk', lane 0: " + TAKEN_AWAY, PATIENCE);
      client.awaitErr("the key does not match", PATIENCE);
      Files.copy(second, file2, StandardCopyOption.COPY_ATTRIBUTES);
      finishWell(writer);

      Files.move(kept, directory.resolve("unmounted"));
      server.awaitErr(
          "is missing; 'dst keygen' creates keys; the current keys stay in use", PATIENCE);
      writer.flushAndVerify();
    }
  }

  @Test
  void shouldEndLinksWhoseKeyIsAnotherOneUnderTheSameName() throws Exception {
    Path before = ring.make("before");
    Path after = ring.make("after");
    ring.take(before, "node1");
    Path socket = directory.resolve("disk");
    try (Daemon server = Dst.export("disk=mem:8M", "--key-dir", ring.taken().toString());
        Daemon client = attach(Machine.create(), server, socket, "--key-file", before.toString());
        VerifyingWriter writer = writer(socket)) {
      writer.awaitProgress(PROGRESS);
      ring.take(after, "node1");
      server.awaitErr(TAKEN_AWAY, PATIENCE);
      client.awaitErr("the key does not match", PATIENCE);
      Dst.dst("list", Dst.address(server), "--key-file", after.toString()).succeeded();
      Dst.dst("list", Dst.address(server), "--key-file", before.toString()).exited(Dst.REFUSED);
      ring.take(before, "node1");
      finishWell(writer);
    }
  }

  @Test
  void shouldKeepTheKeysWhileAFileIsWrongAndSayWhy() throws Exception {
    Path key = ring.make("key");
    ring.take(key, "node1");
    Path file = ring.taken().resolve("node1");
    String content = Files.readString(file);
    String[] list = {"list", null, "--key-file", key.toString()};
    try (Daemon server = Dst.export("disk=mem:8M", "--key-dir", ring.taken().toString())) {
      list[1] = Dst.address(server);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      server.awaitErr("others may use this key: its mode is 0644", PATIENCE);
      Dst.dst(list).succeeded();
      Files.writeString(file, "dst-shared-key-1\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      server.awaitErr("the key itself is missing; the current keys stay in use", PATIENCE);
      Dst.dst(list).succeeded();
      Files.writeString(file, content);
      server.awaitErr("reloaded the keys: shared node1;", PATIENCE);
      Dst.dst(list).succeeded();
      ring.take(ring.make("late"), "node2");
      server.awaitErr("reloaded the keys: shared node1, node2;", PATIENCE);
      list[3] = ring.taken().resolve("node2").toString();
      Dst.dst(list).succeeded();
      long complaints = server.err().lines().filter(line -> line.contains("ERROR")).count();
      assertEquals(2, complaints, server::err);
    }
  }

  @Test
  void shouldEndTheLinksOfAClientThatIsNotAllowedAnyMore() throws Exception {
    Path own = ring.makePair("storage");
    Path client = ring.makePair("node1");
    Path clients = directory.resolve("clients");
    String line = "node1 " + Files.readAllLines(Path.of(client + ".pub")).getLast() + "\n";
    Files.writeString(clients, line);
    Path socket = directory.resolve("disk");
    String[] pair = {"--private-key", client.toString(), "--server-key", own + ".pub"};
    try (Daemon server =
            Dst.export(
                "disk=mem:8M",
                "--private-key",
                own.toString(),
                "--allowed-clients",
                clients.toString());
        Daemon node = attach(Machine.create(), server, socket, pair);
        VerifyingWriter writer = writer(socket)) {
      writer.awaitProgress(PROGRESS);
      Files.writeString(clients, "# nobody\n");
      server.awaitErr(TAKEN_AWAY, PATIENCE);
      node.awaitErr("the key does not match", PATIENCE);
      Files.writeString(clients, line);
      finishWell(writer);
    }
  }
}
