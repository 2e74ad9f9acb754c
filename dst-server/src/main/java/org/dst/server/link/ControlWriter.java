package org.dst.server.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.function.Consumer;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameWriter;

/** Writes the control messages of a link. Event loop only. */
final class ControlWriter {
  private final Channel channel;
  private final FrameWriter writer;
  private final FrameHeader header = new FrameHeader();

  ControlWriter(Channel channel, FrameWriter writer) {
    this.channel = channel;
    this.writer = writer;
  }

  /** Writes a message with a body; does not flush. */
  void send(Opcode opcode, Consumer<ByteBuf> body) {
    ByteBuf payload = channel.alloc().directBuffer();
    body.accept(payload);
    writer.write(header.start(opcode, 0, 0), payload);
  }

  /** Writes a message without a body; does not flush. */
  void send(Opcode opcode) {
    writer.write(header.start(opcode, 0, 0), null);
  }

  /** Writes the answer to a ping; does not flush. */
  void pong(FrameHeader ping) {
    header.start(Opcode.PONG, 0, ping.id()).range(ping.offset(), 0);
    writer.write(header, null);
  }

  void flush() {
    writer.flush();
  }

  /** Closes the channel once everything written so far has been sent. */
  void closeWhenFlushed() {
    writer.flush();
    writer.mark().addListener(ChannelFutureListener.CLOSE);
  }
}
