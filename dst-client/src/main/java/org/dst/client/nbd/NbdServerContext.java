package org.dst.client.nbd;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.dst.client.device.BlockDevice;

/** What all connections of one server share. Any thread. */
final class NbdServerContext {
  /** The event that tells a connection to finish what is in flight and close. */
  static final Object DRAIN = new Object();

  private final BlockDevice device;
  private final NbdLimits limits;
  private final InFlightBudget budget;
  private final AtomicInteger connections = new AtomicInteger();
  private final ChannelGroup handshakes = group("handshakes");
  private final ChannelGroup transmissions = group("transmissions");
  private volatile boolean draining;

  NbdServerContext(BlockDevice device, NbdLimits limits) {
    this.device = device;
    this.limits = limits;
    budget = new InFlightBudget(limits.inFlightBytes());
  }

  BlockDevice device() {
    return device;
  }

  NbdLimits limits() {
    return limits;
  }

  InFlightBudget budget() {
    return budget;
  }

  boolean draining() {
    return draining;
  }

  /** Connections that are open now. */
  int connections() {
    return connections.get();
  }

  /** Counts a new connection until it closes; false if there are too many. */
  boolean admit(Channel channel) {
    if (connections.incrementAndGet() > limits.connections()) {
      connections.decrementAndGet();
      return false;
    }
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    handshakes.add(channel);
    return true;
  }

  /** The connection enters transmission. */
  void enterTransmission(Channel channel) {
    transmissions.add(channel);
    handshakes.remove(channel);
    if (draining) {
      channel.pipeline().fireUserEventTriggered(DRAIN);
    }
  }

  private static ChannelGroup group(String name) {
    return new DefaultChannelGroup(name, GlobalEventExecutor.INSTANCE, true);
  }

  /** Starts to drain: nothing new is begun; returns the connections that may still be busy. */
  ChannelGroup drain() {
    draining = true;
    for (Channel channel : transmissions) {
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(DRAIN));
    }
    return transmissions;
  }

  /** Closes every connection at once; the future completes when all are closed. */
  ChannelGroupFuture closeAll() {
    transmissions.addAll(handshakes);
    return transmissions.close();
  }
}
