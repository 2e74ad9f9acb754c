package org.dst.server.port;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.codec.InPlaceReceiver;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.ServerOpening;

/** Takes accepted channels through the opening and handshake phases. Any thread. */
public final class LinkAcceptor {
  private final SecurityOptions security;
  private final Supplier<ServerKeys> keys;
  private final Duration timeout;
  private final Executor handshakes;
  private final Consumer<NegotiatedLink> opened;
  private final UnauthenticatedLinks unauthenticated;
  private final PortLog log = new PortLog();

  /**
   * An acceptor for any number of channels.
   *
   * @param security the requirements on links
   * @param keys asked at each handshake, so that they may change
   * @param timeout for the opening and the handshake
   * @param handshakes computes answers to handshakes; never more at a time than there may be
   *     unauthenticated links
   * @param opened receives every opened link, on its event loop
   */
  public LinkAcceptor(
      SecurityOptions security,
      Supplier<ServerKeys> keys,
      Duration timeout,
      Executor handshakes,
      Consumer<NegotiatedLink> opened) {
    this.security = security;
    this.keys = keys;
    this.timeout = timeout;
    this.handshakes = handshakes;
    this.opened = opened;
    unauthenticated = new UnauthenticatedLinks(security);
  }

  /** Counts the events at the port. */
  public Counters<PortCounter> counters() {
    return log.counters();
  }

  /** Sets up an accepted channel, or closes it if too many links are unauthenticated. */
  public void accept(Channel channel) {
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    String full = unauthenticated.enter(address);
    if (full != null) {
      log.tooManyUnproven(channel, full);
      channel.close();
      return;
    }
    InPlaceReceiver.of(channel);
    new Entry(channel, address).begin();
  }

  /** A channel in the opening or handshake phase. Event loop only. */
  private final class Entry {
    private final Channel channel;
    private final InetAddress address;
    private ScheduledFuture<?> timer;
    private boolean over;

    Entry(Channel channel, InetAddress address) {
      this.channel = channel;
      this.address = address;
    }

    void begin() {
      timer =
          channel
              .eventLoop()
              .schedule(() -> channel.close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
      channel.closeFuture().addListener(closed -> leave());
      var negotiation = new OpeningNegotiation(security, address.isLoopbackAddress());
      channel.pipeline().addLast(new ServerOpeningHandler(negotiation, log, this::agreed));
    }

    private void agreed(Channel same, ServerOpening opening, byte[] prologue) {
      if (opening.mode() == SecurityMode.PLAIN) {
        proceed(opening, null, ServerKeys.NONE);
        return;
      }
      channel
          .pipeline()
          .addLast(
              new ServerHandshakeHandler(
                  opening.mode(),
                  keys,
                  prologue,
                  log,
                  handshakes,
                  (proved, secrets, by) -> {
                    log.handshake();
                    proceed(opening, secrets, by);
                  }));
    }

    private void proceed(ServerOpening opening, HandshakeResult secrets, ServerKeys by) {
      leave();
      opened.accept(
          new NegotiatedLink(
              channel, opening.mode(), opening.cipher(), opening.checksum(), secrets, by));
    }

    private void leave() {
      if (!over) {
        over = true;
        timer.cancel(false);
        unauthenticated.leave(address);
      }
    }
  }
}
