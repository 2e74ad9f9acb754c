package org.dst.server.port;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.crypto.checksum.Checksums;
import org.dst.protocol.codec.InPlaceReceiver;

/** Takes accepted channels through the opening and makes links of them. Any thread. */
public final class LinkAcceptor {
  private final LinkContext server;
  private final Consumer<ServerLink> opened;

  /** Calls {@code opened} for every link whose opening succeeds, on the link's event loop. */
  public LinkAcceptor(LinkContext server, Consumer<ServerLink> opened) {
    this.server = server;
    this.opened = opened;
  }

  /** Sets up a channel that has just been accepted. */
  public void accept(Channel channel) {
    InPlaceReceiver.of(channel);
    ScheduledFuture<?> timer =
        channel
            .eventLoop()
            .schedule(
                () -> channel.close(), server.attachTimeout().toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
    channel
        .pipeline()
        .addLast(
            new OpeningHandler(
                (agreed, opening) -> {
                  timer.cancel(false);
                  opened.accept(
                      new ServerLink(server, agreed, Checksums.create(opening.checksum()), null));
                }));
  }
}
