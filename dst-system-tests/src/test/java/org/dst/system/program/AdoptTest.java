package org.dst.system.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dstd adopt}: a copy replaces the disk. */
@Timeout(180)
class AdoptTest {
  private static final int SIZE = 16 << 20;
  private static final Pattern STORE = Pattern.compile("\"store\":\"([0-9a-f-]{36})\"");

  @TempDir Path directory;

  private final Machine storage = Machine.create();
  private final byte[] data = new byte[4096];
  private Path image;
  private Path copy;
  private String export;

  @BeforeEach
  void makeImages() {
    image = Images.sparse(directory.resolve("a.img"), SIZE);
    copy = Images.sparse(directory.resolve("b.img"), SIZE);
    export = "disk=" + image;
    Arrays.fill(data, (byte) 3);
  }

  private String store() {
    Matcher status = STORE.matcher(storage.dstd("status", "--json").out());
    assertTrue(status.find(), "no store in the status");
    return status.group(1);
  }

  @Test
  void shouldLetAClientThatWaitsGoOnWithTheCopy() throws IOException {
    Daemon server = storage.export(export);
    String address = Dst.address(server);
    String store = store();
    Path socket = directory.resolve("disk.sock");
    Daemon client =
        Dst.attach(address + "/disk", "--socket", socket.toString(), "--reconnect-most", "0.2");
    try (RawNbd nbd = RawNbd.transmitting(socket)) {
      nbd.write(0, data);
      server.killAndWait();
      Daemon onCopy = storage.exportOn(address, "disk=" + copy);
      client.awaitErr("is store", 60);
      String stranger = store();
      assertFalse(stranger.equals(store));
      storage
          .dstd("adopt", "disk=" + copy)
          .exited(Dst.CONFIGURATION)
          .complainedOnce("is locked by another export");
      onCopy.close();
      String said = storage.dstd("adopt", "disk=" + copy).succeeded().out();
      for (String part : new String[] {store, stranger, image.toString(), copy.toString()}) {
        assertTrue(said.contains(part), said);
      }
      try (Daemon again = storage.exportOn(address, "disk=" + copy)) {
        nbd.flush();
        client.close();
        assertTrue(again.isAlive(), again::err);
      }
    }
    assertArrayEquals(data, Arrays.copyOf(Files.readAllBytes(copy), data.length));
  }

  @Test
  void shouldFindThePathByItself() {
    storage.export(export).close();
    storage.dstd("adopt", "disk").succeeded().printed("it was on this medium before");
    storage.export(export).close();
  }

  @Test
  void shouldSayWhatItDoesNotKnow() {
    storage.dstd("adopt", "disk").exited(Dst.CONFIGURATION).complainedOnce("no record", "'disk'");
    storage.dstd("adopt", "disk=mem:1M").exited(Dst.USAGE).complainedOnce("memory");
    storage.dstd("adopt", "=x").exited(Dst.USAGE).complainedOnce("expected: NAME or NAME=PATH");
    storage.export(export).close();
    storage
        .dstd("adopt", "another=" + copy)
        .exited(Dst.CONFIGURATION)
        .complainedOnce("no record of export 'another'", "'disk' at " + image);
    storage
        .dstd("adopt", "disk=" + directory.resolve("missing"))
        .exited(Dst.CONFIGURATION)
        .complainedOnce("does not exist");
  }
}
