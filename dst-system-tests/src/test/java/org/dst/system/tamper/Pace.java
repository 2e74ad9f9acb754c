package org.dst.system.tamper;

import java.time.Duration;
import org.dst.client.lane.LaneOptions;
import org.dst.client.lane.ResendLimits;
import org.dst.server.ServerOptions;

/** The timeouts of clients and servers under test. */
enum Pace {
  /** Less than a second, where links have to end because something is missing. */
  HASTY(Duration.ofMillis(700), Duration.ofSeconds(1)) {
    @Override
    LaneOptions lane() {
      return new LaneOptions(
          new ResendLimits(Duration.ofSeconds(2), -1),
          Duration.ofMillis(2),
          Duration.ofMillis(50),
          Duration.ofMillis(700),
          PING,
          DEAF,
          64 << 20);
    }

    @Override
    ServerOptions server() {
      return attachWithin().withPings(PING, DEAF);
    }
  },
  /** As long as the programs do, where a slow machine must not end a link. */
  PATIENT(Duration.ofSeconds(10), Duration.ofSeconds(2)) {
    @Override
    LaneOptions lane() {
      LaneOptions usual = LaneOptions.DEFAULT;
      return new LaneOptions(
          usual.resend(),
          Duration.ofMillis(2),
          Duration.ofMillis(50),
          usual.attachTimeout(),
          usual.pingInterval(),
          usual.pingTimeout(),
          usual.unflushedLimit());
    }

    @Override
    ServerOptions server() {
      return attachWithin();
    }
  };

  private static final Duration PING = Duration.ofMillis(200);
  private static final Duration DEAF = Duration.ofMillis(700);

  private final Duration dial;
  private final Duration attach;

  Pace(Duration dial, Duration attach) {
    this.dial = dial;
    this.attach = attach;
  }

  /** For a connection, an opening and a handshake, each. */
  Duration dial() {
    return dial;
  }

  /** The rules of a lane, which reconnects at once. */
  abstract LaneOptions lane();

  /** The rules of a server. */
  abstract ServerOptions server();

  ServerOptions attachWithin() {
    ServerOptions usual = ServerOptions.defaults();
    return new ServerOptions(
        2,
        2,
        usual.engine(),
        usual.transport(),
        usual.maxLinks(),
        usual.maxLanes(),
        usual.maxPayload(),
        usual.window(),
        usual.maxInFlight(),
        attach,
        usual.drainTimeout(),
        usual.pingInterval(),
        usual.pingTimeout());
  }
}
