package org.dst.client.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameListener;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.codec.HeaderBodyDecoder;
import org.dst.protocol.codec.PlainFrameDecoder;
import org.dst.protocol.codec.PlainFrameWriter;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.ServerOpening;

/** One connection of a {@link ScriptedServer}, used from the test's thread. */
public final class ScriptedLink implements FrameListener {
  private static final long SECONDS = 20;

  private final Channel channel;
  private final Checksum checksum = Checksums.create("crc32c");
  private final FrameWriter writer;

  /** Event loop only. */
  private boolean over;

  private final FrameHeader header = new FrameHeader();
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile String fault;

  /** A frame that arrived. */
  public record Frame(
      Opcode opcode,
      int flags,
      long id,
      long watermark,
      long offset,
      long count,
      boolean intact,
      byte[] payload) {}

  ScriptedLink(Channel channel, ServerOpening answer) {
    this.channel = channel;
    writer = new PlainFrameWriter(channel, checksum.length(), checksum::compute);
    channel.pipeline().addLast(new Opening(answer));
    channel.closeFuture().addListener(gone -> onClosed());
    channel.closeFuture().addListener(gone -> closed.countDown());
  }

  /** Reads the client's opening and answers it. */
  private final class Opening extends HeaderBodyDecoder {
    private final ServerOpening answer;

    Opening(ServerOpening answer) {
      super(OpeningHeader.LENGTH);
      this.answer = answer;
    }

    @Override
    protected long parseHeader(byte[] bytes) throws MalformedException {
      return OpeningHeader.read(bytes);
    }

    @Override
    protected void onMessage(byte[] bytes, ByteBuf body) {
      body.release();
      ByteBuf out = channel.alloc().directBuffer();
      answer.encode(out);
      channel.writeAndFlush(out);
      channel.pipeline().addLast(new PlainFrameDecoder(ScriptedLink.this, checksum.length()));
      channel.pipeline().remove(this);
    }

    @Override
    protected void onMalformed(MalformedException cause) {
      fault = cause.getMessage();
      channel.close();
    }

    @Override
    protected void onReadComplete() {
      // written and flushed at once
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** Waits for the next frame. */
  public Frame next() throws InterruptedException {
    Frame frame = frames.poll(SECONDS, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("no frame within " + SECONDS + " s; fault: " + fault);
    }
    return frame;
  }

  /** Frames that arrived and were not taken yet. */
  public int waiting() {
    return frames.size();
  }

  /** Waits for an ATTACH. */
  public Attach takeAttach() throws InterruptedException {
    Frame frame = next();
    if (frame.opcode() != Opcode.ATTACH) {
      throw new AssertionError(frame.opcode() + " (expected: ATTACH)");
    }
    ByteBuf body = channel.alloc().directBuffer().writeBytes(frame.payload());
    try {
      return Attach.decode(body);
    } catch (MalformedException wrong) {
      throw new AssertionError(wrong);
    } finally {
      body.release();
    }
  }

  /** Answers a request. */
  public void reply(Frame request, Status status, byte[] data) {
    reply(request.id(), status, data);
  }

  /** Answers a transaction. */
  public void reply(long id, Status status, byte[] data) {
    write(() -> writer.write(header.start(Opcode.REPLY, 0, id).status(status), buffer(data)));
  }

  /** Answers a request with data that does not match its checksum. */
  public void replyDamaged(Frame request, byte[] data) {
    write(
        () ->
            writer.write(
                header.start(Opcode.REPLY, 0, request.id()),
                new byte[Limits.MAX_CHECKSUM],
                buffer(data)));
  }

  /** Sends a message. */
  public void send(Opcode opcode, Consumer<ByteBuf> body) {
    write(
        () -> {
          ByteBuf payload = channel.alloc().directBuffer();
          body.accept(payload);
          writer.write(header.start(opcode, 0, 0), payload);
        });
  }

  /** Sends a frame without a payload. */
  public void send(Opcode opcode, long id, long offset) {
    write(() -> writer.write(header.start(opcode, 0, id).range(offset, 0), null));
  }

  /** Sends bytes as they are. */
  public void sendRaw(byte[] bytes) {
    channel.writeAndFlush(buffer(bytes));
  }

  private void write(Runnable frame) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (!over) {
                frame.run();
                writer.flush();
              }
            });
  }

  private ByteBuf buffer(byte[] data) {
    return data == null ? null : channel.alloc().directBuffer().writeBytes(data);
  }

  /** Cuts the connection. */
  public void cut() {
    channel.close().syncUninterruptibly();
    channel.eventLoop().submit(writer::close).syncUninterruptibly();
  }

  /** Waits for the client to end the connection. */
  public void awaitEnd() throws InterruptedException {
    if (!closed.await(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the client kept the link for " + SECONDS + " s");
    }
  }

  @Override
  public int maxPayload(FrameHeader frame) {
    return Limits.MAX_PAYLOAD;
  }

  @Override
  public int maxPayload() {
    return Limits.MAX_PAYLOAD;
  }

  @Override
  public void onFrame(FrameHeader frame, byte[] sum, ByteBuf payload) {
    byte[] bytes = payload == null ? new byte[0] : ByteBufUtil.getBytes(payload);
    boolean intact = payload == null || checksum.matches(payload, sum);
    frames.add(
        new Frame(
            frame.opcode(),
            frame.flags(),
            frame.id(),
            frame.watermark(),
            frame.offset(),
            frame.count(),
            intact,
            bytes));
    ScriptedServer.release(payload);
  }

  @Override
  public void onMalformed(MalformedException cause) {
    fault = cause.getMessage();
    channel.close();
  }

  @Override
  public void onReadComplete() {
    // what the test sends is flushed when it is sent
  }

  @Override
  public void onException(Throwable cause) {
    fault = cause.toString();
    channel.close();
  }

  @Override
  public void onClosed() {
    over = true;
    writer.close();
  }
}
