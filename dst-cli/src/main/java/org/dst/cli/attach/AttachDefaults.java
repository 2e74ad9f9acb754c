package org.dst.cli.attach;

import java.util.List;
import org.dst.cli.query.ServerQueries;
import org.dst.cli.security.ClientSecurityOptions;
import org.dst.client.lane.LaneOptions;
import org.dst.client.link.ServerAddress;
import org.dst.client.session.SessionOptions;
import org.dst.protocol.Access;

/** The session of {@code dst attach} with all options at their defaults. */
public final class AttachDefaults {
  private AttachDefaults() {}

  /** A read-write session with one lane. */
  public static SessionOptions options(
      List<ServerAddress> servers,
      String export,
      String client,
      ClientSecurityOptions.Checked protection) {
    return new SessionOptions(
        servers,
        export,
        Access.READ_WRITE,
        false,
        client,
        1,
        1 << 20,
        false,
        LaneOptions.DEFAULT,
        ServerQueries.dialer(protection));
  }
}
