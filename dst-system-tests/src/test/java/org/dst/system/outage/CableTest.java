package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.NetworkNamespace;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client on its own network whose cable is pulled, or loses packets in one direction. */
@Full
@NeedsProgram("ip")
@Timeout(120)
class CableTest {
  private static final int OUTAGE_SECONDS = 20;

  private static final String INSECURE = "--insecure-plain";

  /** Of both programs. */
  private static final String[] OPTIONS = {"--ping-interval", "1", "--ping-timeout", "3", INSECURE};

  @TempDir Path directory;

  private NetworkNamespace network;
  private Path socket;
  private Storage storage;
  private Daemon client;
  private VerifyingWriter writer;

  @BeforeEach
  void start() throws Exception {
    network = NetworkNamespace.createOrSkip();
    socket = directory.resolve("disk.sock");
    storage = Storage.on(NetworkNamespace.HERE, OutageDisk.image(directory), OPTIONS);
    client =
        Machine.create()
            .attachBehind(network.launcher(), OutageDisk.attach(storage.target(), socket, OPTIONS));
    writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS));
    writer.awaitProgress(OutageDisk.PROGRESS);
  }

  @AfterEach
  void stop() {
    if (network != null) {
      Closing.inOrder(writer, client, storage, network);
    }
  }

  @Test
  void shouldBearACableThatIsOutForTwentySeconds() throws Exception {
    network.unplug();
    // The length of the outage is what this test is about.
    TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
    network.plug();
    OutageDisk.finishWell(writer);
    assertTrue(client.err().contains("reconnected after an outage of"), client::err);
  }

  /** Long before a ping tells: while its bytes are not taken, a new connection is sooner. */
  @Test
  void shouldLookForAnotherConnectionSoonAfterTheCableIsOut() throws Exception {
    Path other = directory.resolve("other.sock");
    Storage patient =
        Storage.on(NetworkNamespace.HERE, OutageDisk.image(other("server")), INSECURE);
    Daemon waiting =
        Machine.create()
            .attachBehind(
                network.launcher(),
                patient.target(),
                "--socket",
                other.toString(),
                "--ping-interval",
                "300",
                "--ping-timeout",
                "600",
                INSECURE);
    VerifyingWriter user = OutageDisk.writer(other, new BlockModel(OutageDisk.BLOCKS));
    try {
      user.awaitProgress(OutageDisk.PROGRESS);
      network.unplug();
      waiting.awaitErr("cannot reach", 30);
      network.plug();
      OutageDisk.finishWell(user);
      assertTrue(waiting.err().contains("reconnected after an outage of"), waiting::err);
    } finally {
      network.plug();
      Closing.inOrder(user, waiting, patient);
    }
  }

  private Path other(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  @Test
  void shouldBearThatItsPacketsAreLost() throws Exception {
    network.loseWhatIsSentHere();
    client.awaitErr("link to", 30);
    network.heal();
    OutageDisk.finishWell(writer);
    assertTrue(client.err().contains("reconnected after an outage of"), client::err);
  }

  @Test
  void shouldBearThatTheServersPacketsAreLost() throws Exception {
    network.loseWhatIsSentThere();
    client.awaitErr("link to", 30);
    network.heal();
    OutageDisk.finishWell(writer);
    assertTrue(client.err().contains("reconnected after an outage of"), client::err);
  }
}
