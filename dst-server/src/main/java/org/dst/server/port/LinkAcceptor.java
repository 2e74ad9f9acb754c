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

/** Takes accepted channels through the opening and the handshake. Any thread. */
public final class LinkAcceptor {
  private final SecurityOptions security;
  private final Supplier<ServerKeys> keys;
  private final Duration timeout;
  private final Executor handshakes;
  private final Consumer<NegotiatedLink> opened;
  private final UnauthenticatedLinks unproven;
  private final PortLog log = new PortLog();

  /**
   * An acceptor of any number of channels.
   *
   * @param security what links must be like
   * @param keys asked for each handshake, so that they may change
   * @param timeout for a link to be opened
   * @param handshakes computes answers to handshakes, no more at a time than links may be unproven
   * @param opened called for every link that is, on the link's event loop
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
    unproven = new UnauthenticatedLinks(security);
  }

  /** What happened at the port. */
  public Counters<PortCounter> counters() {
    return log.counters();
  }

  /** Sets up a channel that has just been accepted, or closes it if there are too many. */
  public void accept(Channel channel) {
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    String full = unproven.enter(address);
    if (full != null) {
      log.tooManyUnproven(channel, full);
      channel.close();
      return;
    }
    InPlaceReceiver.of(channel);
    new Entry(channel, address).begin();
  }

  /** One channel on its way to a link. Event loop only. */
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
        unproven.leave(address);
      }
    }
  }
}
