package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dst attach} dies with requests in flight, and a successor takes its place. */
@Timeout(120)
class ClientDeathTest {
  private static final int DEATHS = 3;
  private static final int DELAY_MILLIS = 100;

  @TempDir Path directory;

  private final Machine machine = Machine.create();

  /**
   * What the dead client had sent is still on its way, in a slow network, when its successor
   * attaches. A block that was read back once must never change any more but by the successor.
   */
  @Full
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGiveTheLeaseToASuccessorAndLetNothingOfTheDeadClientThrough(boolean secured)
      throws Exception {
    Path socket = directory.resolve("disk.sock");
    BlockModel model = new BlockModel(OutageDisk.BLOCKS);
    String[] security = secured ? new String[] {"--key-file", newKey()} : new String[0];
    try (Storage storage = OutageDisk.storage(directory, security);
        FaultProxy proxy = new FaultProxy(storage.address())) {
      String target = proxy.address() + "/" + Storage.EXPORT;
      Daemon client = machine.attach(OutageDisk.attach(target, socket, security));
      for (int i = 0; i < DEATHS; i++) {
        try (VerifyingWriter writer = OutageDisk.writer(socket, model)) {
          writer.awaitProgress(OutageDisk.PROGRESS);
          proxy.delay(Direction.TO_SERVER, DELAY_MILLIS);
          writer.awaitProgress(50);
          client.killAndWait();
          writer.abandon();
        }
        client = machine.attach(OutageDisk.attach(target, socket, security));
        try (VerifyingWriter successor = OutageDisk.writer(socket, model)) {
          OutageDisk.finishWell(successor);
        }
      }
      client.close();
    }
  }

  private String newKey() {
    String key = directory.resolve("disk.key").toString();
    machine.dst("keygen", key).succeeded();
    return key;
  }

  @Test
  void shouldRefuseASecondAttachmentOfTheSameMachine() {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory);
        Daemon client = machine.attach(OutageDisk.attach(storage.target(), socket))) {
      Path other = directory.resolve("other.sock");
      machine
          .dst("attach", storage.target(), "--socket", other.toString())
          .exited(Dst.CONFIGURATION)
          .complainedOnce("this machine has the export attached already");
      assertTrue(client.isAlive(), "the first one runs");
    }
  }

  @Test
  void shouldSayThatWritesAreLostWhenClientAndServerDied() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory)) {
      Daemon client = machine.attach(OutageDisk.attach(storage.target(), socket));
      try (RawNbd nbd = RawNbd.transmitting(socket)) {
        nbd.write(0, new byte[4096]);
        client.killAndWait();
      }
      storage.kill();
      storage.start();
      String[] attach = OutageDisk.attach(storage.target(), socket);
      String[] command = new String[attach.length + 1];
      command[0] = "attach";
      System.arraycopy(attach, 0, command, 1, attach.length);
      machine.dst(command).exited(Dst.LOST_WRITES).complainedOnce("--accept-loss");
      machine.dst(command).exited(Dst.LOST_WRITES).complainedOnce("--accept-loss");
      try (Daemon accepting =
          machine.attach(OutageDisk.attach(storage.target(), socket, "--accept-loss"))) {
        assertTrue(accepting.err().contains("accepted by --accept-loss"), accepting::err);
      }
      machine.attach(attach).close();
    }
  }
}
