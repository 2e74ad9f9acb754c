package org.dst.server.port;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.dst.platform.loop.TransportChoice;
import org.dst.protocol.Access;
import org.dst.server.ExportServer;
import org.dst.server.ServerOptions;
import org.dst.server.access.AccessRules;
import org.dst.server.engine.EngineChoice;
import org.dst.server.export.ExportOptions;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/** A server on a loopback port with an export {@code disk} of 64 MiB, and one for nobody here. */
final class PortSetup implements AutoCloseable {
  static final int MAX_PAYLOAD = 1 << 20;

  /** Of the disk. */
  final StoreRecordManager records = StoreRecordManager.inMemory();

  final ExportServer server;
  final InetSocketAddress address;

  PortSetup(ServerOptions options, BlockStore disk) throws IOException {
    server = new ExportServer(options);
    server.add(
        new ExportOptions("disk", "a disk", Access.SHARED, AccessRules.EVERYBODY), disk, records);
    AccessRules others = AccessRules.parse(List.of("192.0.2.0/24"));
    server.add(
        new ExportOptions("elsewhere", "", Access.READ_WRITE, others),
        Stores.open("mem:1M", StoreOptions.DEFAULT),
        StoreRecordManager.inMemory());
    address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  static PortSetup ordinary() throws IOException {
    return new PortSetup(
        options(100, Duration.ofSeconds(20)), Stores.open("mem:64M", StoreOptions.DEFAULT));
  }

  static ServerOptions options(int maxLinks, Duration attachTimeout) {
    return options(maxLinks, attachTimeout, Duration.ofSeconds(20));
  }

  static ServerOptions options(int maxLinks, Duration attachTimeout, Duration drainTimeout) {
    return new ServerOptions(
        2,
        2,
        EngineChoice.AUTO,
        TransportChoice.AUTO,
        maxLinks,
        4,
        MAX_PAYLOAD,
        1024,
        8 << 20,
        attachTimeout,
        drainTimeout,
        Duration.ofSeconds(5),
        Duration.ofSeconds(15));
  }

  @Override
  public void close() {
    server.close();
  }
}
