package org.dst.system.tamper;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dst.client.Attachment;
import org.dst.client.StateOptions;
import org.dst.client.link.ClientSecurity;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.client.link.Transport;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.session.ClientCounter;
import org.dst.client.session.LaneOptions;
import org.dst.client.session.ResendPolicy;
import org.dst.client.session.SessionOptions;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.Access;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.VerifyingWriter;

/** A client in the test's process: a secured attachment of {@code disk} on a Unix socket. */
final class SecuredClient implements AutoCloseable {
  /** Gives up soon what does not go on, and never gives up a request. */
  static final LaneOptions QUICK =
      new LaneOptions(
          new ResendPolicy(Duration.ofSeconds(2), -1),
          Duration.ofMillis(2),
          Duration.ofMillis(50),
          Duration.ofMillis(700),
          Duration.ofMillis(200),
          Duration.ofMillis(700),
          64 << 20);

  private static final Duration DIAL = Duration.ofMillis(700);

  private final RecordCrypto crypto = new RecordCrypto();
  private final Path socket;
  private final Attachment attachment;

  /** Attaches, and remembers nothing over its death. */
  SecuredClient(ServerAddress server, ClientSecurity security, Path socket)
      throws IOException, InterruptedException {
    this(server, security, socket, StateOptions.NONE);
  }

  SecuredClient(ServerAddress server, ClientSecurity security, Path socket, StateOptions state)
      throws IOException, InterruptedException {
    this.socket = socket;
    try {
      attachment =
          Attachment.open(
              options(
                  server,
                  new Dialer(Transport.best(), SecuredServer.CHECKSUMS, DIAL, security, crypto)),
              state,
              UnixDomainSocketAddress.of(socket),
              NbdLimits.DEFAULT);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      crypto.close();
      throw failed;
    }
  }

  static SessionOptions options(ServerAddress server, Dialer dialer) {
    return new SessionOptions(
        List.of(server),
        "disk",
        Access.READ_WRITE,
        false,
        "a test",
        1,
        1 << 20,
        false,
        QUICK,
        dialer);
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
