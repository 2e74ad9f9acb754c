package org.dst.system.client;

import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Dst;
import org.dst.system.harness.NeedsProgram;
import org.junit.jupiter.api.Test;

@NeedsProgram("nbd-client")
class NbdClientTest {

  @Test
  void shouldListTheExportOverTcp() {
    try (Daemon server = Dst.export(Disk.EXPORT + "=mem:64M");
        Daemon client =
            Dst.attach(Dst.address(server) + "/" + Disk.EXPORT, "--listen", "127.0.0.1:0")) {
      String port = client.ready(2).replaceAll(".*:", "");
      Command.run("nbd-client", "-l", "127.0.0.1", port).succeeded().printed(Disk.EXPORT + "\n");
    }
  }
}
