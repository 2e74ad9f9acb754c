package org.dst.client.nbd;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Serves a disk in memory to whatever client a person wants to try: {@code SOCKET [SIZE]}. */
final class ServeMemory {
  private ServeMemory() {}

  public static void main(String[] arguments) throws IOException {
    long size = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1L << 30;
    var group =
        new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    MemoryDevice device =
        new MemoryDevice(
            ByteBufAllocator.DEFAULT, MemoryDevice.info(size, 1, false, MemoryDevice.ALL));
    device.recordNothing();
    NbdServer server = new NbdServer(group, device, NbdLimits.DEFAULT);
    server.listenUnix(Path.of(arguments[0]), NbdServer.OWNER_ONLY);
    System.out.println("tcp " + server.listenTcp(new InetSocketAddress("127.0.0.1", 0)));
  }
}
