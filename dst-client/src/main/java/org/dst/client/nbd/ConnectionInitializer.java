package org.dst.client.nbd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import org.dst.protocol.codec.InPlaceReceiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up the pipeline of an accepted channel, or closes it if there are too many. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
  private static final Logger log = LoggerFactory.getLogger(ConnectionInitializer.class);

  /** Unsent bytes below which a connection goes on reading, and above which it stops. */
  private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final NbdServerContext service;

  ConnectionInitializer(NbdServerContext service) {
    this.service = service;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (!service.admit(channel)) {
      log.warn(
          "{}: refused: {} connections are open already", channel, service.limits().connections());
      channel.close();
      return;
    }
    channel.config().setWriteBufferWaterMark(UNSENT);
    InPlaceReceiver.of(channel);
    channel.pipeline().addLast("handshake", new NbdHandshake(service));
  }
}
