package org.dst.system.tamper;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.dst.client.Attachment;
import org.dst.client.StateOptions;
import org.dst.client.lane.ClientCounter;
import org.dst.client.link.ClientSecurity;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.session.SessionOptions;
import org.dst.crypto.record.RecordCrypto;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Access;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.VerifyingWriter;

/** An in-process client: a secured attachment of {@code disk} on a Unix socket. */
final class SecuredClient implements AutoCloseable {
  private final RecordCrypto crypto = new RecordCrypto();
  private final Path socket;
  private final Attachment attachment;

  /** Attaches, and remembers nothing over its death. */
  SecuredClient(Pace pace, ServerAddress server, ClientSecurity security, Path socket)
      throws IOException, InterruptedException {
    this(pace, server, security, socket, StateOptions.NONE);
  }

  SecuredClient(
      Pace pace, ServerAddress server, ClientSecurity security, Path socket, StateOptions state)
      throws IOException, InterruptedException {
    this.socket = socket;
    try {
      attachment =
          Attachment.open(
              options(pace, server, security, crypto),
              state,
              UnixDomainSocketAddress.of(socket),
              NbdLimits.DEFAULT);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      crypto.close();
      throw failed;
    }
  }

  /** A read-write session with {@code disk}. */
  static SessionOptions options(
      Pace pace, ServerAddress server, ClientSecurity security, RecordCrypto crypto) {
    return new SessionOptions(
        List.of(server),
        "disk",
        Access.READ_WRITE,
        false,
        "a test",
        1,
        1 << 20,
        false,
        pace.lane(),
        new Dialer(NettyTransport.best(), SecuredServer.CHECKSUMS, pace.dial(), security, crypto));
  }

  /** A writer of everything that runs from now on. */
  VerifyingWriter writer(BlockModel model, long seed) throws IOException {
    return new VerifyingWriter(socket, model, seed, VerifyingWriter.Mix.ALL);
  }

  long count(ClientCounter counter) {
    return attachment.counters().get(counter);
  }

  @Override
  public void close() {
    attachment.close();
    crypto.close();
  }
}
