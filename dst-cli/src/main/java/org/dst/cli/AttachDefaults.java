package org.dst.cli;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import org.dst.client.link.ServerAddress;
import org.dst.client.session.ResendPolicy;
import org.dst.client.session.SessionOptions;
import org.dst.protocol.Access;

/** A session as {@code dst attach} holds it unless it is told otherwise. */
public final class AttachDefaults {
  private AttachDefaults() {}

  /** A read-write session with one lane, under a new secret id. */
  public static SessionOptions options(ServerAddress server, String export, String client) {
    SecureRandom random = new SecureRandom();
    return new SessionOptions(
        server,
        export,
        Access.READ_WRITE,
        client,
        new UUID(random.nextLong(), random.nextLong()),
        1,
        1 << 20,
        ResendPolicy.DEFAULT,
        Duration.ofSeconds(30),
        Duration.ofMillis(100),
        Duration.ofSeconds(5),
        RemoteCalls.dialer());
  }
}
