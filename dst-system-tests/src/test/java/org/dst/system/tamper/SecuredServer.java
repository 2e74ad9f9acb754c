package org.dst.system.tamper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dst.client.link.ClientSecurity;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.key.SharedKey;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.Access;
import org.dst.protocol.SecurityMode;
import org.dst.server.ExportServer;
import org.dst.server.access.AccessRules;
import org.dst.server.export.Export;
import org.dst.server.export.ExportOptions;
import org.dst.server.lane.ServerCounter;
import org.dst.server.port.PortCounter;
import org.dst.server.port.SecurityOptions;
import org.dst.server.state.StateDirectory;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.dst.system.harness.BlockModel;

/** An in-process server that accepts only secured links, with an export {@code disk}. */
final class SecuredServer implements AutoCloseable {
  static final List<String> CIPHERS = List.of("aes-256-gcm", "chacha20-poly1305");
  static final List<String> CHECKSUMS = List.of("crc32c");

  /** Blocks of a disk. */
  static final int BLOCKS = 1024;

  private static final String SIZE = (BLOCKS * BlockModel.BLOCK >> 20) + "M";

  final ExportServer server;
  final InetSocketAddress address;
  private final Export disk;

  /** The keys of a server and of its client, in both modes. */
  record KeyRing(Secret shared, KeyPair server, KeyPair client) {
    static KeyRing random() {
      return new KeyRing(Secret.random(), KeyPair.generate(), KeyPair.generate());
    }

    ServerKeys ofServer() {
      return new ServerKeys(
          List.of(new SharedKey("shared", shared)),
          server,
          AllowedClients.of(Map.of(client.publicKey(), "pair")));
    }

    ClientSecurity ofClient(SecurityMode mode) {
      return mode == SecurityMode.PSK
          ? new ClientSecurity.Psk(shared, CIPHERS)
          : new ClientSecurity.Keys(client, server.publicKey(), CIPHERS);
    }
  }

  private SecuredServer(
      Pace pace, KeyRing keys, BlockStore store, StoreRecordManager keeper, int port)
      throws IOException {
    server =
        new ExportServer(
            pace.server(),
            SecurityOptions.of(List.of(SecurityMode.PSK, SecurityMode.KEYS), CIPHERS, CHECKSUMS),
            new RecordCrypto());
    disk =
        server.add(
            new ExportOptions("disk", "", Access.READ_WRITE, AccessRules.EVERYBODY), store, keeper);
    server.useKeys(keys.ofServer());
    address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** A server of a disk that is gone with it. */
  static SecuredServer inMemory(Pace pace, KeyRing keys) throws IOException {
    BlockStore store = Stores.open("mem:" + SIZE, StoreOptions.DEFAULT);
    return new SecuredServer(pace, keys, store, StoreRecordManager.inMemory(), 0);
  }

  /**
   * A server of an image that is there.
   *
   * @param state directory in which it keeps its leases; null to keep them in memory
   * @param port to listen on, or 0
   */
  static SecuredServer of(Pace pace, KeyRing keys, Path image, Path state, int port)
      throws IOException {
    BlockStore store = Stores.open(image.toString(), StoreOptions.DEFAULT);
    StoreRecordManager keeper =
        state == null
            ? StoreRecordManager.inMemory()
            : StoreRecordManager.in(new StateDirectory(state).open("disk", store));
    return new SecuredServer(pace, keys, store, keeper, port);
  }

  long count(ServerCounter counter) {
    return disk.counters().get(counter);
  }

  long count(PortCounter counter) {
    return server.counters().get(counter);
  }

  @Override
  public void close() {
    server.close();
  }
}
