package org.dst.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.pool.CryptoPool;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameDecoder;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameListener;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.codec.LinkSecurity;

/** Both ends of one direction of a secured link; the test carries the bytes. */
final class SecuredPair implements AutoCloseable {
  static final AeadCipher CIPHER = Ciphers.create("aes-256-gcm");

  /**
   * What crypto threads have for the loops; an embedded channel's loop takes nothing from others.
   */
  private final Queue<Runnable> outTasks = new ConcurrentLinkedQueue<>();

  private final Queue<Runnable> inTasks = new ConcurrentLinkedQueue<>();

  final Ear sender = new Ear();
  final Ear receiver = new Ear();
  final EmbeddedChannel out = new EmbeddedChannel();
  final EmbeddedChannel in = new EmbeddedChannel();
  final FrameWriter writer;
  final FrameDecoder decoder;
  private static final AtomicLong LINKS = new AtomicLong();

  private final Checksum checksum = Checksums.create("crc32c");

  /** A pair with secrets of its own. */
  SecuredPair(CryptoPool pool) {
    this(pool, LINKS.incrementAndGet());
  }

  /**
   * A pair with secrets that follow from a number. Providers refuse to seal twice in a row under
   * one key and number, so two pairs that seal need two of them.
   */
  SecuredPair(CryptoPool pool, long secret) {
    this(pool, secret, CIPHER);
  }

  /** A pair whose records are of that cipher. */
  SecuredPair(CryptoPool pool, AeadCipher cipher) {
    this(pool, LINKS.incrementAndGet(), cipher);
  }

  private SecuredPair(CryptoPool pool, long secret, AeadCipher cipher) {
    byte[] there = bytes(secret, 32);
    byte[] back = bytes(-secret, 32);
    LinkSecurity one = ClientRecords.of(there, back, cipher, pool, outTasks::add);
    LinkSecurity other = ClientRecords.of(back, there, cipher, pool, inTasks::add);
    writer = FrameWriter.of(out, checksum.length(), checksum::compute, one, sender);
    decoder = FrameDecoder.of(receiver, checksum.length(), other);
    out.pipeline().addLast(FrameDecoder.of(sender, checksum.length(), one));
    in.pipeline().addLast(decoder);
    sender.writer = writer;
  }

  /** A frame that was heard. */
  record Heard(Opcode opcode, long id, byte[] payload, boolean intact) {}

  /** Keeps what it hears. */
  final class Ear implements FrameListener {
    final List<Heard> heard = new ArrayList<>();
    final List<String> malformed = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    final List<Boolean> writable = new ArrayList<>();
    FrameWriter writer;
    Runnable onFrame = () -> {};
    int limit = 32 << 20;
    int readsComplete;
    int closed;

    @Override
    public int maxPayload(FrameHeader header) {
      return limit;
    }

    @Override
    public int maxPayload() {
      return limit;
    }

    @Override
    public void onFrame(FrameHeader header, byte[] sum, ByteBuf payload) {
      boolean intact = payload == null || checksum.matches(payload, sum);
      byte[] bytes = payload == null ? new byte[0] : ByteBufUtil.getBytes(payload);
      if (payload != null) {
        payload.release();
      }
      heard.add(new Heard(header.opcode(), header.id(), bytes, intact));
      onFrame.run();
    }

    @Override
    public void onMalformed(MalformedException cause) {
      malformed.add(cause.getMessage());
    }

    @Override
    public void onException(Throwable cause) {
      failures.add(cause);
    }

    @Override
    public void onReadComplete() {
      readsComplete++;
    }

    @Override
    public void onWritabilityChanged() {
      writable.add(writer.isWritable());
    }

    @Override
    public void onClosed() {
      closed++;
    }
  }

  private static void pause() {
    LockSupport.parkNanos(20_000);
    if (Thread.interrupted()) {
      throw new AssertionError("took too long");
    }
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  void runOut() {
    run(outTasks);
    out.runPendingTasks();
  }

  void runIn() {
    run(inTasks);
    in.runPendingTasks();
  }

  private static void run(Queue<Runnable> tasks) {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  void write(Opcode opcode, long id, int payload) {
    ByteBuf body = payload == 0 ? null : out.alloc().directBuffer().writeBytes(bytes(id, payload));
    writer.write(new FrameHeader().start(opcode, 0, id), body);
  }

  /** Writes a reply whose payload may be overwritten; returns the payload's buffer. */
  ByteBuf writeOwned(long id, int payload) {
    ByteBuf body = FrameWriter.ownedBuffer(out.alloc(), payload).writeBytes(bytes(id, payload));
    writer.writeOwned(new FrameHeader().start(Opcode.REPLY, 0, id), body);
    return body;
  }

  /** Runs both loops until everything that is on the pool has come back. */
  void settle() {
    while (!writer.isDrained() && out.isOpen()) {
      runOut();
      pause();
    }
  }

  /** Runs the receiver's loop until it has heard so many frames, or is told of damage. */
  void await(int frames) {
    while (receiver.heard.size() < frames && receiver.malformed.isEmpty()) {
      runIn();
      pause();
    }
  }

  /** Everything that was sent, as one run of bytes. */
  byte[] sent() {
    writer.flush();
    while (!isIdle()) {
      runOut();
      pause();
    }
    ByteBuf all = out.alloc().buffer();
    for (ByteBuf piece = out.readOutbound(); piece != null; piece = out.readOutbound()) {
      all.writeBytes(piece);
      piece.release();
    }
    byte[] bytes = ByteBufUtil.getBytes(all);
    all.release();
    return bytes;
  }

  private boolean isIdle() {
    assertEquals(List.of(), sender.failures);
    runOut();
    return writer.isDrained();
  }

  /** Lets bytes arrive. */
  void arrive(byte[] bytes, int from, int to) {
    in.writeInbound(in.alloc().directBuffer().writeBytes(bytes, from, to - from));
  }

  @Override
  public void close() {
    writer.close();
    out.finishAndReleaseAll();
    in.finishAndReleaseAll();
  }
}
