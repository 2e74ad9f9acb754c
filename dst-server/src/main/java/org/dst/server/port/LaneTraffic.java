package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import org.dst.crypto.checksum.Checksum;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameDecoder;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameWriter;
import org.dst.server.engine.IoEngine;
import org.dst.server.lane.LaneRequest;
import org.dst.server.lane.ServerLane;
import org.dst.server.lane.ServerLaneActions;

/**
 * Carries the requests and replies of one lane over one link. Replies are flushed in batches: at
 * the end of a read, or after a burst of completions. Event loop only.
 */
final class LaneTraffic implements ServerLaneActions {
  private final IoEngine engine;
  private final Channel channel;
  private final FrameDecoder decoder;
  private final FrameWriter writer;
  private final Checksum checksum;
  private final ServerLane lane;
  private final FrameHeader reply = new FrameHeader();
  private final Runnable flush = this::flush;
  private boolean flushPlanned;
  private boolean paused;
  private boolean stopping;
  private boolean closed;

  LaneTraffic(
      IoEngine engine,
      Channel channel,
      FrameDecoder decoder,
      FrameWriter writer,
      Checksum checksum,
      ServerLane lane) {
    this.engine = engine;
    this.channel = channel;
    this.decoder = decoder;
    this.writer = writer;
    this.checksum = checksum;
    this.lane = lane;
    paused = !writer.isWritable(); // until now the link has paused the decoder by the same rule
  }

  void receive(FrameHeader header, byte[] sum, ByteBuf payload) throws MalformedException {
    lane.receive(header, payload == null || checksum.matches(payload, sum), payload);
    if (writer.isHeavy()) { // not in reply(): the flush may call back into the lane
      writer.flush();
    }
    adjustReading();
  }

  /** Pauses reading while the client does not take its replies, or has exceeded its limits. */
  private void adjustReading() {
    boolean pause = stopping || !writer.isWritable() || lane.isOverfull();
    if (pause != paused) {
      paused = pause;
      decoder.setPaused(pause);
    }
  }

  /** Reads nothing more; calls {@code done} once nothing runs. */
  void stop(Runnable done) {
    stopping = true;
    adjustReading();
    lane.drain(done);
  }

  /** Calls {@code done} once nothing runs. */
  void drain(Runnable done) {
    lane.drain(done);
  }

  /** The channel is closed: calls {@code idle} once nothing runs in the store. */
  void close(Runnable idle) {
    closed = true;
    lane.unbind(idle);
  }

  void writabilityChanged(boolean writable) {
    adjustReading();
    if (writable) {
      lane.startWaiting();
    }
  }

  @Override
  public void execute(LaneRequest request) {
    request.completeOn(channel.eventLoop());
    engine.submit(request);
  }

  @Override
  public void reply(long id, Status status, ByteBuf payload) {
    if (closed) {
      if (payload != null) {
        payload.release();
      }
      return;
    }
    writer.writeOwned(reply.start(Opcode.REPLY, 0, id).status(status), payload);
    if (!flushPlanned) {
      flushPlanned = true;
      channel.eventLoop().execute(flush);
    }
  }

  private void flush() {
    flushPlanned = false;
    if (!closed) {
      writer.flush();
      adjustReading();
    }
  }

  @Override
  public boolean canReply() {
    return writer.isWritable();
  }

  @Override
  public ByteBufAllocator allocator() {
    return channel.alloc();
  }
}
