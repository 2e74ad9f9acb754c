package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After a client dies, the server has another store under the export's name. */
@Timeout(120)
class AnotherStoreTest {
  @TempDir Path directory;

  private final Machine client = Machine.create();

  @Test
  void shouldRefuseTheOtherStoreUntilItIsAcceptedAndSayWhatIsGivenUp() throws Exception {
    Path socket = directory.resolve("disk.sock");
    Storage former = OutageDisk.storage(directory);
    String target = former.target();
    Daemon attached = client.attach(OutageDisk.attach(target, socket));
    try (RawNbd nbd = RawNbd.transmitting(socket)) {
      nbd.write(0, new byte[4096]);
      attached.killAndWait();
    }
    former.kill();
    try (Daemon other = Machine.create().exportOn(former.address(), Storage.EXPORT + "=mem:16M")) {
      for (String way : new String[] {"--wait", "--take-over", "--accept-loss"}) {
        client
            .dst("attach", target, "--socket", socket.toString(), way)
            .exited(Dst.REFUSED)
            .complainedOnce("is store", "unflushed writes", "--accept-other-store");
      }
      try (Daemon accepting =
          client.attach(OutageDisk.attach(target, socket, "--accept-other-store"))) {
        assertTrue(accepting.err().contains("accepted by --accept-other-store"), accepting::err);
      }
      client.attach(OutageDisk.attach(target, socket)).close();
      assertTrue(other.isAlive());
    }
  }
}
