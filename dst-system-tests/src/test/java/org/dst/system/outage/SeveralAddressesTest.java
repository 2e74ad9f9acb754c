package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.Full;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several addresses for one attachment, one of them wrong. */
@Timeout(120)
class SeveralAddressesTest {
  private static final int RESETS = 5;

  @TempDir Path directory;

  @Test
  void shouldPassByAnAddressWhereNobodyListens() throws Exception {
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    bearResetsBehind("127.0.0.1:" + port, "cannot reach");
  }

  @Full
  @Test
  void shouldPassByAnAddressThatIsNotDst() throws Exception {
    HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    http.start();
    try {
      bearResetsBehind("127.0.0.1:" + http.getAddress().getPort(), "is not a DST server");
    } finally {
      http.stop(0);
    }
  }

  @Full
  @Test
  void shouldPassByAServerThatDoesNotHaveTheExport() throws Exception {
    try (Daemon other = Dst.export("other=mem:64M")) {
      bearResetsBehind(Dst.address(other), "refused");
    }
  }

  /** After the first attach only: who has never seen the disk takes what answers first. */
  @Test
  void shouldNeverMistakeAnotherStoreForItsOwn() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Daemon copy = Dst.export(Storage.EXPORT + "=mem:16M");
        Storage storage = OutageDisk.storage(directory);
        Daemon client =
            Dst.attach(
                OutageDisk.attach(
                    storage.address() + "," + Dst.address(copy) + "/" + Storage.EXPORT, socket));
        VerifyingWriter writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS))) {
      writer.awaitProgress(50);
      storage.kill(); // while its own server is there, a client has no reason to look elsewhere
      client.awaitErr("is store", 30);
      storage.start();
      OutageDisk.finishWell(writer);
      assertTrue(client.err().contains("reconnected after an outage of"), client::err);
    }
  }

  private void bearResetsBehind(String wrong, String complaint) throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory);
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client =
            Dst.attach(
                OutageDisk.attach(wrong + "," + proxy.address() + "/" + Storage.EXPORT, socket));
        VerifyingWriter writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS))) {
      for (int i = 0; i < RESETS; i++) {
        writer.awaitProgress(50);
        proxy.reset();
      }
      OutageDisk.finishWell(writer);
      assertTrue(proxy.connections() > RESETS, () -> proxy.connections() + " connections");
      assertTrue(client.err().contains(complaint), client::err);
    }
  }
}
